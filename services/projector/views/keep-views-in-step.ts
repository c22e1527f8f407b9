import { setTimeout as delay } from 'node:timers/promises'
import { checkpointTable } from '../../../projections/vast/tables/checkpoint.ts'
import type { VastDb } from '../../adapters/vast-db/connect.ts'
import type { SchemaRef } from '../../adapters/vast-db/names.ts'
import type { Transaction } from '../../adapters/vast-db/transaction.ts'
import {
  type AnalyticsReader,
  AnalyticsUnavailable,
  analyticsPosition,
  readAnalytics,
} from '../../analytics/analytics-reader.ts'
import type { EventLog } from '../../ports/event-log.ts'
import { isOfLog } from '../../ports/is-of-log.ts'
import { readCheckpoints, saveCheckpoint } from '../checkpoints.ts'
import { checkLog } from '../foreign-log.ts'
import { ForeignTables } from '../prepare-tables.ts'
import type { ProjectorTools } from '../projector-tools.ts'
import type { RowCount } from '../write-changes.ts'
import { fillViews, misfitOf } from './fill-views.ts'
import { forgetOtherShapes, hasViews, VIEWS_ROW } from './view-checkpoint.ts'
import { VIEW_NAMES } from './view-names.ts'
import { writeViews } from './write-views.ts'

/** After a transaction, it rests so many times as long as that took: rows of events go first. */
const RESTS = 4

/**
 * Has the tables of the views follow the views, which someone keeps beside the log. What is written is of one position
 * of the log, and says so in `framelog_checkpoint`, in the same transaction.
 * @param onPosition up to where the tables of the views include the log
 * @throws ForeignTables, ForeignLog, VastDbError
 */
export async function keepViewsInStep(
  tools: ProjectorTools,
  path: string,
  { viewsRestMs }: { readonly viewsRestMs: number },
  db: VastDb,
  signal: AbortSignal,
  onPosition: (position: number) => void,
): Promise<never> {
  // Nobody else changes them: what was compared once stays so.
  let isWhole = false
  for (let told = -1; ; ) {
    signal.throwIfAborted()
    const startedMs = performance.now()
    if (analyticsPosition(path) > told) {
      const position = await writeOnce(tools, path, db, isWhole, signal)
      if (position !== undefined) {
        isWhole = true
        told = position
        onPosition(position)
      }
    }
    const tookMs = performance.now() - startedMs
    await delay(Math.max(viewsRestMs, RESTS * tookMs), undefined, { signal })
  }
}

/** @returns the position the tables are at; undefined where there are no views of this log yet */
async function writeOnce(
  { log, place, now, onRows = () => undefined }: ProjectorTools,
  path: string,
  db: VastDb,
  isWhole: boolean,
  signal: AbortSignal,
): Promise<number | undefined> {
  const counted: Parameters<RowCount>[] = []
  const count: RowCount = (...rows) => counted.push(rows)
  const write = async (reader: AnalyticsReader) => {
    if (!(await isOfLog(log, reader.position, reader.eventId))) return undefined
    return db.transaction((tx) => bringUpTo(tx, log, place, reader, isWhole, count, now()), { signal })
  }
  const position = await readAnalytics(path, write).catch((error) => {
    if (error instanceof AnalyticsUnavailable) return undefined
    throw error
  })
  for (const rows of counted) onRows(...rows)
  return position
}

/** @returns where the tables are with that: further than the views, where these are being built anew */
async function bringUpTo(
  tx: Transaction,
  log: EventLog,
  place: SchemaRef,
  reader: AnalyticsReader,
  isWhole: boolean,
  count: RowCount,
  nowMs: number,
): Promise<number | undefined> {
  const checkpoint = tx.table({ ...place, table: checkpointTable.name })
  const checkpoints = await readCheckpoints(checkpoint)
  const found = checkpoints.get(VIEWS_ROW)
  if (found && !isWhole) await checkLog(log, found)
  if (found && found.position > reader.position) return undefined
  const misfits: string[] = []
  if (!isWhole) for (const name of VIEW_NAMES) if (await misfitOf(tx, place, name)) misfits.push(name)
  if (found && misfits.length === 0 && found.position === reader.position) return found.position
  if (!hasViews(checkpoints)) await requireFree(tx, place)
  // First: of two who write, the second is told before it has written anything.
  const { position, eventId: event_id } = reader
  await saveCheckpoint(checkpoint, checkpoints, VIEWS_ROW, { position, event_id }, nowMs)
  await forgetOtherShapes(checkpoint, checkpoints)
  if (found && misfits.length === 0) await writeViews(tx, place, reader, found.position, count)
  else await fillViews(tx, place, reader, count)
  return position
}

async function requireFree(tx: Transaction, place: SchemaRef): Promise<void> {
  const taken: string[] = []
  for (const table of VIEW_NAMES) if (await tx.findTable({ ...place, table })) taken.push(table)
  if (taken.length > 0)
    throw new ForeignTables(`in ${place.bucket}/${place.schema} there are already: ${taken.join(', ')}`)
}
