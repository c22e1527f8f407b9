import type { EventContext } from '../../contracts/events/recorded-event.ts'
import type { AppendResult } from '../ports/event-log.ts'
import { errorKind, partOfRequest } from './spans-of-events.ts'

/** From its sending to its answer: its wait for its turn, for the disk, and for the thread that asked. */
export async function tracedAppend(
  { correlationId }: EventContext,
  appended: Promise<AppendResult>,
): Promise<AppendResult> {
  const span = partOfRequest(correlationId, 'append')
  try {
    const result = await appended
    span?.end(result.ok ? { attributes: { 'framelog.position': result.position } } : { error: result.reason })
    return result
  } catch (error) {
    span?.end({ error: errorKind(error) })
    throw error
  }
}
