import { randomBytes, randomUUID } from 'node:crypto'
import { parseTraceparent, traceparentOf } from './trace-context.ts'
import { tracing } from './tracing.ts'

/** The id of a request that brings none: where it is traced, one that says so, as all that follows from it has it. */
export function newRequestId(traceparent: string | undefined): string {
  const caller = tracing() && parseTraceparent(traceparent)
  return caller ? traceparentOf({ ...caller, spanId: randomBytes(8).toString('hex') }) : randomUUID()
}
