import { randomUUID } from 'node:crypto'
import type { DeletionRequested } from '../../contracts/events/deletion-events.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { advanceDeletion, type DeletionWork, failDeletion } from '../commands/advance-deletion.ts'
import { causedBy } from '../commands/caused-by.ts'
import type { CommandServices } from '../commands/command-services.ts'
import { isPassingTrouble } from '../consumer/passing-errors.ts'
import type { Logger } from '../observability/logger.ts'
import type { EventLog } from '../ports/event-log.ts'
import { growingWaitMs } from '../process/growing-wait.ts'
import { tracedAfter } from '../tracing/spans-of-events.ts'
import { addedSince } from './added-since.ts'
import type { NextTurn } from './take-turns.ts'

export type DeletionServices = {
  readonly log: EventLog
  readonly commands: CommandServices
  readonly keptForSeconds: number
  /** UTC, milliseconds: what is held back waits for it. */
  readonly now: () => number
  readonly logger: Logger
  readonly segmentsDeleted: (count: number) => void
}

/** One deletion, step by step. `takeTurn` never fails. */
export type DeletionJob = {
  readonly deletion_id: string
  readonly flow_id: string
  takeTurn(): Promise<NextTurn>
}

/** An error that does not go away by waiting is met this often before the deletion is given up. */
const MAX_FAILURES = 5
const RETRY = { firstMs: 250, maxMs: 30_000 }

export function deletionJob(
  { log, commands, keptForSeconds, logger, segmentsDeleted }: DeletionServices,
  event: RecordedEvent<DeletionRequested>,
  onFailed: () => void = () => {},
): DeletionJob {
  const { deletion_id, flow_id, timeline_revision, delete_flow, timerange_to_delete } = event.data
  const told = { deletion_id, flow_id, correlation_id: event.correlationId }
  const work: DeletionWork = {
    deletion_id,
    addedSince: addedSince(log, flow_id, timeline_revision),
    kept_for_seconds: keptForSeconds,
  }
  let deleted = 0
  let failures = 0
  let hasBegun = false

  async function step(): Promise<NextTurn> {
    if (!hasBegun) logger.info({ ...told, delete_flow, timerange_to_delete }, 'deletion taken up')
    hasBegun = true
    const { outcome } = await tracedAfter(
      [event],
      'deletion step',
      { 'framelog.deletion_id': deletion_id },
      () => advanceDeletion(commands, causedBy(event, randomUUID()), work),
    )
    failures = 0
    deleted += outcome.deleted
    segmentsDeleted(outcome.deleted)
    if (outcome.status === 'open') return { inMs: 0 }
    if (outcome.status === 'done') logger.info({ ...told, deleted }, 'deletion done')
    if (outcome.status === 'error') logger.warn({ ...told, deleted }, 'deletion refused')
    return 'over'
  }

  async function onFailure(error: unknown): Promise<NextTurn> {
    failures++
    onFailed()
    logger.warn({ err: error, ...told, failures }, 'deletion could not go on')
    if (isPassingTrouble(error) || failures < MAX_FAILURES) return { inMs: pauseAfter(failures) }
    await failDeletion(commands, causedBy(event, randomUUID()), work, GIVEN_UP)
    logger.error({ err: error, ...told, deleted }, 'deletion given up')
    return 'over'
  }

  return {
    deletion_id,
    flow_id,
    takeTurn: () =>
      step()
        .catch(onFailure)
        .catch(() => ({ inMs: pauseAfter(failures) })),
  }
}

const GIVEN_UP = {
  type: 'internal_error',
  summary: 'something went wrong in the service; what is left can be asked for again',
}

const pauseAfter = (failures: number): number => growingWaitMs(RETRY, failures, 0)
