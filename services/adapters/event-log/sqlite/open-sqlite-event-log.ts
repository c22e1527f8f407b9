import { randomUUID } from 'node:crypto'
import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { AppendResult, EventLog, Subscription } from '../../../ports/event-log.ts'
import { commitSignal } from './commit-signal.ts'
import { dataVersion } from './data-version.ts'
import { digestReader } from './digest-reader.ts'
import { earlierAnswers } from './earlier-answer.ts'
import { encodeAppend, jsonText } from './encode-append.ts'
import { eventReader } from './event-reader.ts'
import { openLogFile } from './log-file.ts'
import { query } from './query.ts'
import { registerReader } from './registers.ts'
import { type SpawnWriter, spawnWriter } from './spawn-writer.ts'
import { streamLookup } from './stream-lookup.ts'
import { startSubscription } from './subscription.ts'
import { NO_REVISION, type WriteRequest } from './writer-messages.ts'
import { type BatchMetrics, writerThread } from './writer-thread.ts'

const LOCK_WAIT_MS = 5000

export type SqliteEventLogOptions = {
  /** The log's file. Beside it SQLite keeps two more, with `-wal` and `-shm` added to its name. */
  readonly path: string
  readonly metrics?: BatchMetrics
  /** How long appends wait, in milliseconds, while another process keeps the file to itself. */
  readonly lockWaitMs?: number
  readonly spawn?: SpawnWriter
  /** Whether the thread that writes is started here. Default: with the first that is to be written. */
  readonly startsAtOnce?: boolean
}

/**
 * The embedded event log: one SQLite file, in WAL mode, that several processes may share.
 *
 * Reads run on the calling thread. Appends run on a thread of their own, which makes all that are waiting one
 * transaction, so that they share one wait for the disk.
 * @throws where the file cannot be made or read, or is something else.
 */
export function openSqliteEventLog(options: SqliteEventLogOptions): EventLog {
  const { metrics = {}, lockWaitMs = LOCK_WAIT_MS, spawn = spawnWriter, startsAtOnce = false } = options
  const { path, db } = openLogFile(options.path)
  const self = randomUUID()
  const reader = eventReader(db)
  const readDigest = digestReader(db, reader)
  const saved = savedState(db)
  const readRegister = registerReader(db)
  const signal = commitSignal(path, self, dataVersion(db))
  const writer = writerThread({
    spawn: () => spawn({ path, lockWaitMs, announcer: self }),
    onCommitted: signal.ring,
    answerOfLost: lostAnswers(db),
    metrics,
    startsAtOnce,
  })
  const subscriptions = new Set<Subscription>()
  let closed: Promise<void> | undefined

  async function close(): Promise<void> {
    await Promise.all([...subscriptions].map((subscription) => subscription.stop()))
    await writer.settle()
    // Whoever closes last empties the WAL into the database and removes it: a reader could not.
    db.close()
    await writer.end()
  }

  return {
    async append(context, writes) {
      return (await writer.send(encodeAppend(context, writes, writer.refusals()))) as AppendResult
    },
    readStream: async (stream, fromRevision, limit) => reader.readStream(stream, fromRevision, limit),
    readStreams: async (streams, limit) => reader.readStreams(streams, limit),
    loadStream: async (stream, fromRevision, limit) => reader.readStream(stream, fromRevision, limit),
    loadStreams: async (streams, limit) => reader.readStreams(streams, limit),
    readAll: async (after, limit) => reader.readAll(after, limit),
    readDigest: async (types, after, limit) => readDigest(types, after, limit),
    subscribe(after, onEvents, filter) {
      const { types } = filter ?? {}
      const readPage = types ? (from: number) => reader.readPageOf(types, from) : reader.readPage
      const forget = (): void => {
        subscriptions.delete(subscription)
      }
      const subscription = startSubscription(readPage, signal, after, onEvents, forget)
      subscriptions.add(subscription)
      return subscription
    },
    head: async () => reader.head(),
    loadCheckpoint: async (consumer) => saved.checkpoint(consumer)[0]?.[0] ?? 0,
    async saveCheckpoint(consumer, position) {
      await writer.send({ kind: 'save-checkpoint', consumer, position })
    },
    readRegister: async (name) => readRegister(name),
    async writeRegister(name, expectedRevision, value) {
      const expected = expectedRevision === 'none' ? NO_REVISION : expectedRevision
      const written = await writer.send({ kind: 'write-register', name, expected, value: jsonText(value) })
      return written === NO_REVISION ? undefined : (written as number)
    },
    async loadSnapshot(stream) {
      const [row] = saved.snapshot(stream)
      return row && { revision: row[0], state: JSON.parse(row[1]) }
    },
    async saveSnapshot(stream, { revision, state }) {
      await writer.send({ kind: 'save-snapshot', stream, revision, state: jsonText(state) })
    },
    close() {
      closed ??= close()
      return closed
    },
  }
}

const savedState = (db: DatabaseSyncInstance) => ({
  checkpoint: query<[position: number]>(db, 'SELECT position FROM checkpoints WHERE consumer = ?'),
  snapshot: query<[revision: number, state: string]>(
    db,
    'SELECT revision, state FROM snapshots WHERE stream = ?',
  ),
})

/** Saves are not looked for: saving again does no harm. */
function lostAnswers(db: DatabaseSyncInstance): (request: WriteRequest) => AppendResult | undefined {
  return (request) =>
    request.kind === 'append' ? earlierAnswers(db)(request, streamLookup(db).position) : undefined
}
