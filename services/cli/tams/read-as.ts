import { z } from 'zod'
import { Failure } from '../failure.ts'

/**
 * What a service answered, in the shape the specification gives it.
 * @throws Failure where it has another: then it is no TAMS service, or one with a fault.
 */
export function readAs<T extends z.ZodType>(schema: T, answer: unknown): z.infer<T> {
  const read = schema.safeParse(answer)
  if (read.success) return read.data
  throw new Failure(`the service's answer is not as TAMS specifies it:\n${z.prettifyError(read.error)}`)
}
