import fc from 'fast-check'

/**
 * Random tests take other values in every run, which finds more over time. RANDOM_SEED gives all of them the same start, so
 * that a run can be repeated: the gate sets it, for its answer must be about the change and not about luck.
 */
const seed = process.env['RANDOM_SEED']
if (seed) fc.configureGlobal({ seed: Number(seed) })
