import { digestOf } from '../../../ports/event-digest.ts'
import type { AppendResult, EventLog, StreamWrite, Subscription } from '../../../ports/event-log.ts'
import type { EventReads } from './event-reads.ts'
import { patiently } from './patiently.ts'
import { ANY_DOMAIN_EVENT, oneOf } from './read-request.ts'
import { type EventStoreLogOptions, openServerLog } from './server-log.ts'
import { someAtOnce } from './some-at-once.ts'
import { startSubscription } from './subscription.ts'
import { wakeUp } from './wake-up.ts'

/**
 * The event log on an EventStoreDB, which is to hold nothing else, by itself: in the server's order, with the server's
 * positions. Nothing is asked of the server before the first call.
 * @throws where the URL is none
 */
export function openEventStoreLog(options: EventStoreLogOptions): EventLog {
  const server = openServerLog(options)
  const { reads, retry } = server
  const waking = wakeUp(server.client)
  const subscriptions = new Set<Subscription>()
  let closed: Promise<void> | undefined

  async function close(): Promise<void> {
    await Promise.all([...subscriptions].map((subscription) => subscription.stop()))
    waking.stop()
    await server.close()
  }

  const readStream = (stream: string, fromRevision: number, limit: number) =>
    retry(() => reads.ofStream(stream, fromRevision, limit))
  async function readStreams(streams: readonly string[], limit: number) {
    const names = [...new Set(streams)]
    const events = await someAtOnce(names, (name) => readStream(name, 0, limit))
    return new Map(names.map((name, n) => [name, events[n]!]))
  }

  return {
    async append(context, writes): Promise<AppendResult> {
      const made = await server.append(context, writes)
      if (!made.ok) return made
      if (writes.some(hasEvents)) waking.ring()
      const { revisions, timeMs } = made
      return { ok: true, revisions, ...(await retry(() => endOf(reads, writes, revisions, timeMs))) }
    },
    readStream,
    readStreams,
    loadStream: readStream,
    loadStreams: readStreams,
    readAll: (after, limit) => retry(() => reads.after(after, limit)),
    readDigest: async (types, after, limit) => {
      const events = await retry(() => reads.after(after, limit))
      return digestOf(events, types, events.length === limit)
    },
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
  }
}

const hasEvents = ({ events }: StreamWrite): boolean => events.length > 0

/** Read from the log: whether the server took an append for a repeated one, it does not tell. */
async function endOf(
  reads: EventReads,
  writes: readonly StreamWrite[],
  revisions: readonly number[],
  timeMs: number,
): Promise<{ readonly position: number; readonly timeMs: number }> {
  const index = writes.findLastIndex(hasEvents)
  if (index === -1) return { position: (await reads.last())?.position ?? 0, timeMs }
  const { stream } = writes[index]!
  const [last] = await reads.ofStream(stream, revisions[index]!, 1)
  if (!last) throw new Error(`the event log is damaged: ${stream} has lost what was appended to it`)
  return { position: last.position, timeMs: last.timeMs }
}
