import type { EventLog } from '../ports/event-log.ts'
import { isOfLog } from '../ports/is-of-log.ts'
import type { Checkpoint } from './checkpoints.ts'

/** The tables say that they include what this log does not have. */
export class ForeignLog extends Error {
  override readonly name = 'ForeignLog'
}

/** @throws ForeignLog where the tables are of another log, or of one that was put back to an earlier state */
export async function checkLog(log: EventLog, { position, event_id }: Checkpoint): Promise<void> {
  if (await isOfLog(log, position, event_id)) return
  throw new ForeignLog(
    'the tables are of another log than this one: name another schema, or run `framelog rebuild vast`',
  )
}
