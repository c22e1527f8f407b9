import { checkpointTable } from '../../projections/vast/tables/checkpoint.ts'
import type { VastDb } from '../adapters/vast-db/connect.ts'
import type { SchemaRef } from '../adapters/vast-db/names.ts'
import { type Checkpoint, readCheckpoints } from './checkpoints.ts'
import { collectBatch } from './collect-batch.ts'
import { fillTables } from './fill-tables.ts'
import { checkLog } from './foreign-log.ts'
import type { PendingBatch } from './pending-batch.ts'
import { type Prepared, prepareTables } from './prepare-tables.ts'
import type { ProjectorLimits, ProjectorTools } from './projector-tools.ts'
import { tracedBatch } from './traced-batch.ts'
import { keepViewsInStep } from './views/keep-views-in-step.ts'
import { NONE_WRITTEN, requirePosition, writeBatch } from './write-batch.ts'
import type { RowCount } from './write-changes.ts'

/**
 * Brings the tables in step with the log, and keeps them so until something goes wrong.
 * @param onPosition up to where the tables include the log
 * @param onViews the same of the views' tables
 * @throws ForeignLog, CheckpointMoved, VastDbError, LogUnavailable
 */
export async function keepInStep(
  tools: ProjectorTools,
  limits: ProjectorLimits,
  db: VastDb,
  signal: AbortSignal,
  onPosition: (position: number) => void,
  onViews: (position: number) => void,
): Promise<never> {
  const prepared = await wholeTables(tools, db, signal)
  await checkLog(tools.log, prepared.log)
  onPosition(prepared.log.position)
  // What goes wrong with one of them ends both: there is one way to begin anew.
  const over = new AbortController()
  const either = AbortSignal.any([signal, over.signal])
  const both = [project(tools, limits, db, prepared, either, onPosition)]
  if (tools.viewsPath !== undefined)
    both.push(keepViewsInStep(tools, tools.viewsPath, limits, db, either, onViews))
  try {
    return await Promise.race(both)
  } finally {
    over.abort()
    await Promise.allSettled(both)
  }
}

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
    let written = NONE_WRITTEN
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
      const count: RowCount = (...rows) => counted.push(rows)
      written = await tracedBatch(batch, () =>
        tools.catalog.at(batch.to.position, signal, (snapshot) =>
          db.transaction((tx) => writeBatch(tx, tools.place, batch, snapshot, written, count, tools.now()), {
            signal,
          }),
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
