/**
 * How much of a thread's memory is for what it has just made. By default it grows to three times 16 MB on each thread,
 * though nearly all that ours make is gone after the batch.
 */
export const YOUNG_GENERATION = { maxYoungGenerationSizeMb: 12 } as const
