import type { EventContext } from '../../../../contracts/events/recorded-event.ts'
import type { AppendResult, EventLog, StreamEvent, StreamWrite } from '../../../ports/event-log.ts'
import type { Made } from '../eventstore/append-once.ts'
import { openServerLog } from '../eventstore/server-log.ts'
import { someAtOnce } from '../eventstore/some-at-once.ts'
import { openSqliteEventLog } from '../sqlite/open-sqlite-event-log.ts'
import type { BatchMetrics } from '../sqlite/writer-thread.ts'
import { keepMirror } from './keep-mirror.ts'
import { tellLetGo } from './let-go.ts'
import { openMirrorReader, type Place } from './mirror-reader.ts'
import { settle } from './settle.ts'

export type MirroredLogOptions = {
  /** The mirror's file. */
  readonly path: string
  /** The server's, as EventStoreDB's clients take it. */
  readonly url: string
  /** Whether the mirror is kept here, unless another process does: somebody has to. */
  readonly keeps: boolean
  readonly metrics?: BatchMetrics
  /** How long a call is tried again while the server does not answer, in milliseconds. */
  readonly patienceMs?: number
  /** Hears why the thread that keeps the mirror has died; it is started again. */
  readonly onError?: (error: unknown) => void
}

export type MirroredLog = EventLog & {
  readonly mirror: {
    /** What is wrong with the following of the server; undefined while all is well, or others keep the mirror. */
    trouble(): { readonly text: string; readonly isFinal: boolean } | undefined
    /** When nothing more was at the server than is here, UTC milliseconds; 0 for never. */
    endMs(): number
    /** How many appends are not whole. */
    countWaiting(): number
    /** Resolves when the mirror has changed, or after `ms`. */
    changed(ms: number): Promise<void>
  }
}

const ORDER_PATIENCE_MS = 30_000

/**
 * The event log on an EventStoreDB: appended to and decided on there, and read from a mirror of it, in an order that is
 * the same wherever there is one.
 * @throws where the URL is none, or the file is something else
 */
export function openMirroredLog(options: MirroredLogOptions): MirroredLog {
  const { url, patienceMs, metrics = {} } = options
  const mirror = openMirrorReader(options.path)
  const server = openServerLog({
    url,
    knownHeads: mirror.heads,
    ...(patienceMs !== undefined && { patienceMs }),
  })
  const ordered = openSqliteEventLog({ path: options.path })
  const keeper = options.keeps ? keepMirror(mirror.path, url, options.onError ?? (() => {})) : undefined
  const letGo = (append: string) => server.retry(() => tellLetGo(server.client, append))
  const tools = { mirror, letGo, patienceMs: ORDER_PATIENCE_MS }
  let closed: Promise<void> | undefined

  async function close(): Promise<void> {
    await server.close()
    await ordered.close()
    mirror.close()
    await keeper?.stop()
  }

  /** What an append wrote is in order when it is answered; and of what it only checked, all that it was decided on. */
  async function answer(writes: readonly StreamWrite[], made: Made): Promise<AppendResult> {
    const { revisions } = made
    const places = writes.map(({ stream }, n): Place => ({ stream, revision: revisions[n]! }))
    const last = writes.findLastIndex(({ events }) => events.length > 0)
    if (last === -1) {
      await settle(
        tools,
        places.filter(({ revision }) => revision >= 0),
      )
      return { ok: true, position: mirror.head(), timeMs: made.timeMs, revisions }
    }
    await settle(tools, [places[last]!])
    const position = mirror.positionOf(places[last]!)!
    return { ok: true, position, timeMs: mirror.timeAt(position), revisions }
  }

  async function append(
    context: EventContext,
    writes: readonly StreamWrite[],
    cutOff?: string,
  ): Promise<AppendResult> {
    const startedAt = performance.now()
    if (cutOff !== undefined) await letGo(cutOff)
    const made = await server.append(context, writes)
    if (!made.ok) return made
    const answered = await answer(writes, made)
    const events = writes.reduce((sum, write) => sum + write.events.length, 0)
    if (events > 0) metrics.appended?.(1, events, (performance.now() - startedAt) / 1000)
    return answered
  }

  /** What is in order is so for good: only what comes after it is asked for. */
  async function withNewest(
    stream: string,
    known: readonly StreamEvent[],
    from: number,
    limit: number,
  ): Promise<readonly StreamEvent[]> {
    if (known.length >= limit) return known
    const next = from + known.length
    return [
      ...known,
      ...(await server.retry(() => server.reads.ofStream(stream, next, limit - known.length))),
    ]
  }

  return {
    append,
    readStream: ordered.readStream,
    readStreams: ordered.readStreams,
    loadStream: async (stream, from, limit) =>
      withNewest(stream, await ordered.readStream(stream, from, limit), from, limit),
    async loadStreams(streams, limit) {
      const known = [...(await ordered.readStreams(streams, limit))]
      const newest = await someAtOnce(known, ([stream, events]) => withNewest(stream, events, 0, limit))
      return new Map(known.map(([stream], n) => [stream, newest[n]!]))
    },
    readAll: ordered.readAll,
    readDigest: ordered.readDigest,
    subscribe: ordered.subscribe,
    head: ordered.head,
    loadCheckpoint: server.loadCheckpoint,
    saveCheckpoint: server.saveCheckpoint,
    readRegister: server.readRegister,
    writeRegister: server.writeRegister,
    loadSnapshot: server.loadSnapshot,
    saveSnapshot: server.saveSnapshot,
    close() {
      closed ??= close()
      return closed
    },
    mirror: {
      trouble: () => {
        const told = keeper?.trouble()
        return told?.trouble === undefined
          ? undefined
          : { text: told.trouble, isFinal: told.isFinal === true }
      },
      endMs: mirror.endMs,
      countWaiting: mirror.countWaiting,
      changed: (ms) => mirror.changed(mirror.changes(), ms),
    },
  }
}
