import { randomUUID } from 'node:crypto'
import type { AppendResult, EventLog, Snapshot, StreamWrite, Subscription } from '../../../ports/event-log.ts'
import { appendOnce } from './append-once.ts'
import { appendOrder } from './append-order.ts'
import { checkWrites } from './append-plan.ts'
import { eventReads } from './event-reads.ts'
import { oneEventStreams } from './one-event-streams.ts'
import { patiently } from './patiently.ts'
import { ANY_DOMAIN_EVENT, oneOf } from './read-request.ts'
import { connectToServer } from './server-connection.ts'
import { someAtOnce } from './some-at-once.ts'
import { startSubscription } from './subscription.ts'
import { wakeUp } from './wake-up.ts'

export type EventStoreLogOptions = {
  /** `esdb://` or `esdb+discover://`: hosts, TLS and credentials. */
  readonly url: string
  /** How long a call is tried again while the server does not answer, in milliseconds. */
  readonly patienceMs?: number
}

const PATIENCE_MS = 10_000
/** What of the server's 1 MiB a snapshot may take. One that is larger is not saved: it is a shortcut only. */
const MAX_SNAPSHOT_BYTES = 900_000

const checkpointStream = (consumer: string): string => `framelog-checkpoint-${consumer}`
const registerStream = (name: string): string => `framelog-register-${name}`
const snapshotStream = (stream: string): string => `framelog-snapshot-${stream}`

/**
 * The event log on an EventStoreDB, which is to hold nothing else. Nothing is asked of the server before the first
 * call.
 * @throws where the URL is none
 */
export function openEventStoreLog({ url, patienceMs = PATIENCE_MS }: EventStoreLogOptions): EventLog {
  const connection = connectToServer(url)
  const reads = eventReads(connection)
  const single = oneEventStreams(connection)
  const order = appendOrder()
  const waking = wakeUp(connection.client)
  const closing = new AbortController()
  const subscriptions = new Set<Subscription>()
  let lastTimeMs = 0
  let closed: Promise<void> | undefined

  const retry = <T>(work: () => Promise<T>): Promise<T> =>
    patiently(work, { forMs: patienceMs, signal: closing.signal })
  const timeFrom = (knownMs: number): number => {
    lastTimeMs = Math.max(Date.now(), lastTimeMs, knownMs)
    return lastTimeMs
  }

  async function refuse(stream: string): Promise<AppendResult> {
    const actual = (await retry(() => reads.lastOf(stream)))?.revision ?? 'none'
    return { ok: false, reason: 'wrong_expected_revision', stream, actual }
  }

  async function close(): Promise<void> {
    await Promise.all([...subscriptions].map((subscription) => subscription.stop()))
    await order.settle()
    waking.stop()
    closing.abort()
    await connection.close()
  }

  return {
    async append(context, writes) {
      checkWrites(writes)
      const tools = { client: connection.client, reads, timeFrom }
      const result = await order.inTurn(writes, (uninformedOf) =>
        uninformedOf === undefined ? retry(() => appendOnce(tools, context, writes)) : refuse(uninformedOf),
      )
      if (result.ok && writes.some(hasEvents)) waking.ring()
      return result
    },
    readStream: (stream, fromRevision, limit) => retry(() => reads.ofStream(stream, fromRevision, limit)),
    async readStreams(streams, limit) {
      const names = [...new Set(streams)]
      const events = await someAtOnce(names, (name) => retry(() => reads.ofStream(name, 0, limit)))
      return new Map(names.map((name, n) => [name, events[n]!]))
    },
    readAll: (after, limit) => retry(() => reads.after(after, limit)),
    readSome: (_, after, limit) => retry(() => reads.after(after, limit)),
    subscribe(after, onEvents, filter) {
      const types = filter ? oneOf(filter.types) : ANY_DOMAIN_EVENT
      const tools = {
        reads,
        wakeUp: waking,
        retry: <T>(work: () => Promise<T>, signal: AbortSignal) =>
          patiently(work, { forMs: Number.POSITIVE_INFINITY, signal }),
      }
      const subscription = startSubscription(tools, after, types, onEvents, () => {
        subscriptions.delete(subscription)
      })
      subscriptions.add(subscription)
      return subscription
    },
    head: async () => (await retry(reads.last))?.position ?? 0,
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

const hasEvents = ({ events }: StreamWrite): boolean => events.length > 0
