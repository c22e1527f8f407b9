import { setTimeout as delay } from 'node:timers/promises'
import { checkpointTable } from '../../../projections/vast/tables/checkpoint.ts'
import { openSqliteEventLog } from '../../adapters/event-log/sqlite/open-sqlite-event-log.ts'
import type { VastDb } from '../../adapters/vast-db/connect.ts'
import type { SchemaRef } from '../../adapters/vast-db/names.ts'
import { createLogger } from '../../observability/logger.ts'
import { tryLockFile } from '../../process/file-lock.ts'
import { catalogSnapshots } from '../../projector/catalog-snapshots.ts'
import { LOG, readCheckpoints } from '../../projector/checkpoints.ts'
import { dropTables } from '../../projector/drop-tables.ts'
import { startProjector } from '../../projector/projector.ts'
import { lockedByProjector } from '../../projector/run-projector.ts'
import { connectTo, PROMPT, placeOf } from '../../projector/vast-connection.ts'
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
      await projectTo(head, command, log, tell, signal).finally(unlock)
    } else {
      printNote('a projector is running: it fills the tables')
      await watchUntil(head, db, place, tell, signal)
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
  { vast, catalogPath }: VastCommand,
  log: ReturnType<typeof openSqliteEventLog>,
  tell: (position: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const catalog = catalogSnapshots(catalogPath)
  const projector = startProjector({
    log,
    catalog,
    connect: (connecting) => connectTo(vast, { signal: connecting }),
    place: placeOf(vast),
    logger: createLogger('error'),
    now: Date.now,
    limits: { waitMs: 0 },
  })
  const failed = projector.ended.then(() => Promise.reject(new Error('the projector has stopped')))
  failed.catch(() => undefined)
  try {
    for (let position = 0; position < head; ) {
      await Promise.race([delay(LOOK_EVERY_MS, undefined, { signal }), failed])
      position = projector.state().position ?? 0
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
  place: SchemaRef,
  tell: (position: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const read = () =>
    db.transaction((tx) => readCheckpoints(tx.table({ ...place, table: checkpointTable.name })), { signal })
  for (let position = 0; position < head; ) {
    await delay(LOOK_EVERY_MS, undefined, { signal })
    position = (await read()).get(LOG)?.position ?? 0
    tell(Math.min(position, head))
  }
}
