import { setTimeout as delay } from 'node:timers/promises'
import { checkpointTable } from '../../../projections/vast/tables/checkpoint.ts'
import { openSqliteEventLog } from '../../adapters/event-log/sqlite/open-sqlite-event-log.ts'
import type { VastDb } from '../../adapters/vast-db/connect.ts'
import { viewsUpToDate } from '../../analytics/views-up-to-date.ts'
import { createLogger } from '../../observability/logger.ts'
import { tryLockFile } from '../../process/file-lock.ts'
import { catalogSnapshots } from '../../projector/catalog-snapshots.ts'
import { LOG, readCheckpoints } from '../../projector/checkpoints.ts'
import { dropTables } from '../../projector/drop-tables.ts'
import { startProjector } from '../../projector/projector.ts'
import { lockedByProjector } from '../../projector/run-projector.ts'
import { connectTo, PROMPT, placeOf } from '../../projector/vast-connection.ts'
import { VIEWS_ROW } from '../../projector/views/view-checkpoint.ts'
import { printNote } from '../output.ts'
import { createProgress } from '../progress.ts'
import { listenForInterruption } from './interruption.ts'
import { catalogUpToDate, type VastCommand, vastCommand } from './vast-config.ts'

const LOOK_EVERY_MS = 200

export async function runRebuildVast(): Promise<void> {
  const command = vastCommand()
  const { aborted: signal, end } = listenForInterruption(false)
  const log = openSqliteEventLog({ path: command.logPath })
  const progress = createProgress('events')
  const db = await connectTo(command.vast, { retries: PROMPT, signal })
  try {
    const place = placeOf(command.vast)
    await dropTables(db, place)
    const head = await log.head()
    progress.start(head)
    let told = 0
    const tell = (position: number) => {
      progress.advance(position - told, 0)
      told = position
    }
    const unlock = tryLockFile(lockedByProjector(command.config.DATA_DIR))
    if (unlock) {
      await catalogUpToDate(command, log)
      if (command.viewsPath) await viewsUpToDate(command.viewsPath, log, signal)
      await projectTo(head, command, log, tell, signal).finally(unlock)
    } else {
      printNote('a projector is running: it fills the tables')
      await watchUntil(head, db, command, tell, signal)
    }
    progress.stop()
    printNote(`the tables in ${place.bucket}/${place.schema} include all ${head} events`)
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    progress.stop()
    end()
    db.close()
    await log.close()
  }
}

async function projectTo(
  head: number,
  { vast, catalogPath, viewsPath }: VastCommand,
  log: ReturnType<typeof openSqliteEventLog>,
  tell: (position: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const catalog = catalogSnapshots(catalogPath)
  const projector = startProjector({
    log,
    catalog,
    connect: (connecting) => connectTo(vast, { signal: connecting }),
    viewsPath,
    place: placeOf(vast),
    logger: createLogger('error'),
    now: Date.now,
    limits: { waitMs: 0 },
  })
  const failed = projector.ended.then(() => Promise.reject(new Error('the projector has stopped')))
  failed.catch(() => undefined)
  try {
    for (let views = 0, position = 0; Math.min(position, views) < head; ) {
      await Promise.race([delay(LOOK_EVERY_MS, undefined, { signal }), failed])
      position = projector.state().position ?? 0
      views = viewsPath === undefined ? head : (projector.state().viewsPosition ?? 0)
      tell(Math.min(position, head))
    }
  } finally {
    await projector.stop()
    catalog.close()
  }
}

async function watchUntil(
  head: number,
  db: VastDb,
  { vast, viewsPath }: VastCommand,
  tell: (position: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const ref = { ...placeOf(vast), table: checkpointTable.name }
  const read = () => db.transaction((tx) => readCheckpoints(tx.table(ref)), { signal })
  for (let views = 0, position = 0; Math.min(position, views) < head; ) {
    await delay(LOOK_EVERY_MS, undefined, { signal })
    const checkpoints = await read()
    position = checkpoints.get(LOG)?.position ?? 0
    views = viewsPath === undefined ? head : (checkpoints.get(VIEWS_ROW)?.position ?? 0)
    tell(Math.min(position, head))
  }
}
