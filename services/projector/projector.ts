import { setTimeout as delay } from 'node:timers/promises'
import { checkpointTable } from '../../projections/vast/tables/checkpoint.ts'
import type { VastDb } from '../adapters/vast-db/connect.ts'
import type { SchemaRef } from '../adapters/vast-db/names.ts'
import { isVastDbError } from '../adapters/vast-db/vast-db-error.ts'
import type { Logger } from '../observability/logger.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { CatalogSnapshots } from './catalog-snapshots.ts'
import { type Checkpoint, readCheckpoints } from './checkpoints.ts'
import { type CollectLimits, collectBatch } from './collect-batch.ts'
import { fillTables } from './fill-tables.ts'
import type { PendingBatch } from './pending-batch.ts'
import { type Prepared, prepareTables } from './prepare-tables.ts'
import { CheckpointMoved, requirePosition, writeBatch } from './write-batch.ts'
import type { RowCount } from './write-rows.ts'

export type ProjectorTools = {
  readonly log: EventLog
  readonly catalog: CatalogSnapshots
  readonly connect: (signal: AbortSignal) => Promise<VastDb>
  /** Where the tables are. */
  readonly place: SchemaRef
  readonly logger: Logger
  readonly now: () => number
  readonly limits?: Partial<ProjectorLimits>
  readonly onRows?: RowCount
  readonly onBatch?: (seconds: number) => void
  readonly onError?: (error: unknown) => void
}

export type ProjectorLimits = CollectLimits & {
  /** How often it is looked whether the tables are still there, while there is nothing to write. */
  readonly lookMs: number
  readonly retryFirstMs: number
  readonly retryMaxMs: number
}

const LIMITS: ProjectorLimits = {
  rows: 100_000,
  bytes: 48 * 1024 * 1024,
  waitMs: 500,
  pollMs: 100,
  lookMs: 2_000,
  retryFirstMs: 250,
  retryMaxMs: 30_000,
}

/** The tables say that they include what this log does not have. */
export class ForeignLog extends Error {
  override readonly name = 'ForeignLog'
}

export type ProjectorState = {
  /** Up to where the tables include the log; undefined until they were asked. */
  readonly position: number | undefined
  /** What went wrong last; undefined while all is well. */
  readonly error: string | undefined
}

export type Projector = {
  state(): ProjectorState
  /** Settles when it has stopped: rejects with what no trying again gets over. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

/** Errors in a row that are none of VAST DB's, and so may never pass. */
const MAX_FAULTS = 10

/**
 * Brings the tables in step with the log, and keeps them so. Whatever goes wrong, it begins anew where the tables
 * say they are, later and later: nothing that was committed is written twice, whether or not that was heard of.
 */
export function startProjector(tools: ProjectorTools): Projector {
  const limits = { ...LIMITS, ...tools.limits }
  const stopping = new AbortController()
  const state: { position: number | undefined; error: string | undefined } = {
    position: undefined,
    error: undefined,
  }
  let db: VastDb | undefined

  const session = async (): Promise<never> => {
    db ??= await tools.connect(stopping.signal)
    const prepared = await wholeTables(tools, db, stopping.signal)
    await checkLog(tools.log, prepared.log)
    state.position = prepared.log.position
    state.error = undefined
    return project(tools, limits, db, prepared, stopping.signal, (position) => {
      state.position = position
      state.error = undefined
    })
  }

  const run = async (): Promise<void> => {
    let failures = 0
    let faults = 0
    while (!stopping.signal.aborted) {
      const before = state.position
      try {
        await session()
      } catch (error) {
        if (stopping.signal.aborted) break
        if (state.position !== before) failures = faults = 0
        if (error instanceof CheckpointMoved) continue
        state.error = error instanceof Error ? error.message : String(error)
        tools.onError?.(error)
        tools.logger.warn(
          { err: error, position: state.position },
          'tables of VAST DB could not be written yet',
        )
        if (!isPassing(error) && ++faults >= MAX_FAULTS) throw error
        if (isVastDbError(error, 'not_vast_db', 'unsupported_by_server')) {
          db?.close()
          db = undefined
        }
        const waitMs = Math.min(limits.retryFirstMs * 2 ** failures++, limits.retryMaxMs)
        await delay(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      }
    }
  }
  const ended = run().finally(() => db?.close())
  ended.catch(() => undefined)

  return {
    state: () => state,
    ended,
    stop: async () => {
      stopping.abort()
      await ended.catch(() => undefined)
    },
  }
}

/** All of VAST DB's, and what someone has to see to: none of these is for want of trying. */
const isPassing = (error: unknown): boolean =>
  isVastDbError(error) ||
  (error instanceof Error && ['ForeignTables', 'ForeignLog', 'LogUnavailable'].includes(error.name))

async function wholeTables(
  { catalog, place, now, onRows = () => undefined, logger }: ProjectorTools,
  db: VastDb,
  signal: AbortSignal,
): Promise<Prepared> {
  const prepare = () =>
    db.transaction(
      async (tx) => {
        const prepared = await prepareTables(tx, db.version, place, now())
        const { unfilled, log } = prepared
        if (unfilled.length === 0) return prepared
        logger.info({ tables: unfilled }, 'filling tables of VAST DB from the catalog')
        await catalog.at(log.position, signal, (snapshot) =>
          fillTables(tx, db.version, place, unfilled, snapshot, onRows, now()),
        )
        return undefined
      },
      { signal },
    )
  return (await prepare()) ?? (await prepare()) ?? Promise.reject(new Error('tables are never whole'))
}

/** @throws ForeignLog where the tables are of another log, or of one that was put back to an earlier state */
async function checkLog(log: EventLog, { position, event_id }: Checkpoint): Promise<void> {
  if (position === 0) return
  const [event] = await log.readAll(position - 1, 1)
  if (event?.id !== event_id)
    throw new ForeignLog(
      'the tables are of another log than this one: name another schema, or run `framelog rebuild vast`',
    )
}

/** While one batch is written, the next is read. */
async function project(
  tools: ProjectorTools,
  limits: ProjectorLimits,
  db: VastDb,
  { log, checkpoints }: Prepared,
  signal: AbortSignal,
  onPosition: (position: number) => void,
): Promise<never> {
  const abandoned = new AbortController()
  const either = AbortSignal.any([signal, abandoned.signal])
  const collect = (from: Checkpoint) => {
    const collecting = collectBatch(tools.log, from, checkpoints, limits, either)
    collecting.catch(() => undefined)
    return collecting
  }
  try {
    let next = collect(log)
    for (let position = log.position; ; ) {
      const batch = await nextUnlessMoved(
        next,
        () => checkPosition(db, tools.place, position, signal),
        limits,
      )
      next = collect(batch.to)
      const startedMs = performance.now()
      const { onRows = () => undefined } = tools
      const counted: Parameters<RowCount>[] = []
      await tools.catalog.at(batch.to.position, signal, (snapshot) =>
        db.transaction(
          (tx) => writeBatch(tx, tools.place, batch, snapshot, (...rows) => counted.push(rows), tools.now()),
          { signal },
        ),
      )
      for (const rows of counted) onRows(...rows)
      tools.onBatch?.((performance.now() - startedMs) / 1000)
      position = batch.to.position
      onPosition(position)
    }
  } finally {
    abandoned.abort()
  }
}

async function nextUnlessMoved(
  next: Promise<PendingBatch>,
  check: () => Promise<void>,
  { lookMs }: ProjectorLimits,
): Promise<PendingBatch> {
  for (;;) {
    let timer: NodeJS.Timeout | undefined
    const quiet = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, lookMs, undefined)
    })
    const batch = await Promise.race([next, quiet]).finally(() => clearTimeout(timer))
    if (batch) return batch
    await check()
  }
}

/** @throws CheckpointMoved where someone has made the tables anew; VastDbError */
const checkPosition = (db: VastDb, place: SchemaRef, position: number, signal: AbortSignal): Promise<void> =>
  db.transaction(
    async (tx) => {
      const checkpoints = await readCheckpoints(tx.table({ ...place, table: checkpointTable.name }))
      requirePosition(checkpoints, position)
    },
    { signal },
  )
