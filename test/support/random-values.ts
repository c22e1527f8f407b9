import fc from 'fast-check'

/**
 * A property ends after so long, in milliseconds, under the limit of a test: one that failed then tells the smallest case found
 * so far, where the test would have been cut off without a word of it; one that holds has had fewer tries.
 */
const LONGEST_MS = 90_000

/**
 * Random tests take other values in every run, which finds more over time. RANDOM_SEED gives all of them the same start, so
 * that a run can be repeated: the gate sets it, for its answer must be about the change and not about luck.
 */
const seed = process.env['RANDOM_SEED']
fc.configureGlobal({ interruptAfterTimeLimit: LONGEST_MS, ...(seed && { seed: Number(seed) }) })
