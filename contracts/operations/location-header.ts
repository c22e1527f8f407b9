import { z } from 'zod'

/** Comes with what was made. */
export const locationOf = (noun: string) => ({ Location: z.string().describe(`Path of the ${noun}.`) })
