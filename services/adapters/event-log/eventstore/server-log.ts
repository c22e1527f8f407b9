import { randomUUID } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import type { EventStoreDBClient } from '@eventstore/db-client'
import type { EventContext } from '../../../../contracts/events/recorded-event.ts'
import type { EventLog, Snapshot, StreamWrite } from '../../../ports/event-log.ts'
import { appendOnce, type Made, type Refused } from './append-once.ts'
import { appendOrder } from './append-order.ts'
import { checkWrites } from './append-plan.ts'
import { type EventReads, eventReads } from './event-reads.ts'
import { oneEventStreams } from './one-event-streams.ts'
import { patiently } from './patiently.ts'
import { connectToServer } from './server-connection.ts'

export type EventStoreLogOptions = {
  /** `esdb://` or `esdb+discover://`: hosts, TLS and credentials. */
  readonly url: string
  /** How long a call is tried again while the server does not answer, in milliseconds. */
  readonly patienceMs?: number
  /** Where streams are, -1 without events, as far as is known here: it saves asking. */
  readonly knownHeads?: (streams: readonly string[]) => ReadonlyMap<string, number>
}

/** What a server does by itself; how what is in its streams is put in order is another matter. */
export type ServerLog = Pick<
  EventLog,
  | 'loadCheckpoint'
  | 'saveCheckpoint'
  | 'readRegister'
  | 'writeRegister'
  | 'loadSnapshot'
  | 'saveSnapshot'
  | 'close'
> & {
  readonly client: EventStoreDBClient
  readonly reads: EventReads
  /** Repeats what may be done twice. @throws LogUnavailable */
  retry<T>(work: () => Promise<T>): Promise<T>
  /** As the port's, but for where in the order it comes. */
  append(context: EventContext, writes: readonly StreamWrite[]): Promise<Made | Refused>
}

const PATIENCE_MS = 10_000
/** What of the server's 1 MiB a snapshot may take. One that is larger is not saved: it is a shortcut only. */
const MAX_SNAPSHOT_BYTES = 900_000

const checkpointStream = (consumer: string): string => `framelog-checkpoint-${consumer}`
const registerStream = (name: string): string => `framelog-register-${name}`
const snapshotStream = (stream: string): string => `framelog-snapshot-${stream}`

/** Nothing is asked of the server before the first call. @throws where the URL is none */
export function openServerLog({
  url,
  patienceMs = PATIENCE_MS,
  knownHeads,
}: EventStoreLogOptions): ServerLog {
  const connection = connectToServer(url)
  const reads = eventReads(connection)
  const single = oneEventStreams(connection)
  const order = appendOrder()
  const closing = new AbortController()
  // Each call that is tried again listens to it.
  setMaxListeners(0, closing.signal)
  let lastTimeMs = 0
  let closed: Promise<void> | undefined

  const retry = <T>(work: () => Promise<T>): Promise<T> =>
    patiently(work, { forMs: patienceMs, signal: closing.signal })
  const timeFrom = (knownMs: number): number => {
    lastTimeMs = Math.max(Date.now(), lastTimeMs, knownMs)
    return lastTimeMs
  }

  async function refuse(stream: string): Promise<Refused> {
    const actual = (await retry(() => reads.lastOf(stream)))?.revision ?? 'none'
    return { ok: false, reason: 'wrong_expected_revision', stream, actual }
  }

  async function close(): Promise<void> {
    await order.settle()
    closing.abort()
    await connection.close()
  }

  return {
    client: connection.client,
    reads,
    retry,
    async append(context, writes) {
      checkWrites(writes)
      let isFirst = true
      const attempt = () => {
        const tools = {
          client: connection.client,
          reads,
          timeFrom,
          knownHeads: isFirst ? knownHeads : undefined,
        }
        isFirst = false
        return appendOnce(tools, context, writes)
      }
      return order.inTurn(writes, (uninformedOf) =>
        uninformedOf === undefined ? retry(attempt) : refuse(uninformedOf),
      )
    },
    async loadCheckpoint(consumer) {
      const saved = await retry(() => single.load(checkpointStream(consumer)))
      return (saved as { readonly position: number } | undefined)?.position ?? 0
    },
    async saveCheckpoint(consumer, position) {
      const id = randomUUID()
      await retry(() => single.save(checkpointStream(consumer), 'checkpoint', { position }, id))
    },
    async readRegister(name) {
      const last = await retry(() => single.last(registerStream(name)))
      return last && { revision: last.revision, value: (last.data as { readonly value: unknown }).value }
    },
    async writeRegister(name, expected, value) {
      const id = randomUUID()
      const isWritten = await retry(() =>
        single.saveAt(registerStream(name), expected, 'register', { value }, id),
      )
      if (!isWritten) return undefined
      return expected === 'none' ? 0 : expected + 1
    },
    async loadSnapshot(stream) {
      return (await retry(() => single.load(snapshotStream(stream)))) as Snapshot | undefined
    },
    async saveSnapshot(stream, snapshot) {
      if (Buffer.byteLength(JSON.stringify(snapshot)) > MAX_SNAPSHOT_BYTES) return
      const id = randomUUID()
      await retry(() => single.save(snapshotStream(stream), 'snapshot', { ...snapshot }, id))
    },
    close() {
      closed ??= close()
      return closed
    },
  }
}
