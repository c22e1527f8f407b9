import { z } from 'zod'

/** A field that must not be there, where another form of the same body has it. `error` says why. */
export const absent = (error: string) => z.undefined({ error }).optional()
