import type { EventLog } from '../ports/event-log.ts'
import { isHeld, type Tenure } from './tenure.ts'

/** Another process may have taken over: what this one has done is for that one to find, or to do again. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

/**
 * The log for a consumer that runs under a lease: checkpoints are saved only while it is held, so that one that comes too
 * late does not put back its successor's. Its appends need no fence: they say which revision they were decided on.
 */
export const fencedLog = (log: EventLog, tenure: Tenure): EventLog => ({
  ...log,
  async saveCheckpoint(consumer, position) {
    if (!isHeld(tenure)) throw new LeaseLost(`the checkpoint of ${consumer} is no longer for this process`)
    await log.saveCheckpoint(consumer, position)
  },
})
