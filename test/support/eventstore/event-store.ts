/** What a server keeps: the streams, and the log of all of them. */
export type EventStore = {
  /** Adds events to a stream, or finds that it had taken them before. */
  append(stream: string, expected: Expected, events: readonly Proposed[]): Appended
  /** In the order of the log. */
  readonly all: readonly Kept[]
  /** A stream's events, those that its metadata drop left out; `deleted` where no stream of the name can be again. */
  stream(name: string): readonly Kept[] | 'deleted'
  remove(stream: string, forGood: boolean): void
  /** Whether a record begins there. */
  isRecord(position: number): boolean
  /** Calls back for every event that is added. @returns what ends it */
  onAppended(listener: () => void): () => void
}

export type Expected = 'any' | 'no_stream' | 'stream_exists' | number

export type Proposed = {
  readonly id: string
  readonly type: string
  readonly contentType: string
  readonly data: Uint8Array
  readonly metadata: Uint8Array
}

export type Kept = Proposed & {
  readonly stream: string
  readonly revision: number
  /** Of the record's first byte. */
  readonly position: number
  readonly createdMs: number
}

export type Appended =
  | { readonly is: 'done'; readonly revision: number; readonly position: number }
  | { readonly is: 'wrong'; readonly actual: number }
  | { readonly is: 'deleted' }
  | { readonly is: 'too large' }

export const MAX_APPEND_BYTES = 1024 * 1024
const RECORD_BYTES = 150

/** As EventStoreDB does it: byte offsets for positions, and records of its own between those of others. */
export function eventStore(): EventStore {
  const all: Kept[] = []
  const streams = new Map<string, Kept[]>()
  const places = new Map<string, number>()
  const firstKept = new Map<string, number>()
  const deleted = new Set<string>()
  const records = new Set<number>()
  const listeners = new Set<() => void>()
  let end = 0

  function keep(stream: string, proposed: Proposed): Kept {
    const events = streams.get(stream) ?? []
    streams.set(stream, events)
    const kept = { ...proposed, stream, revision: events.length, position: end, createdMs: Date.now() }
    records.add(end)
    end += RECORD_BYTES + stream.length + proposed.data.length + proposed.metadata.length
    events.push(kept)
    places.set(`${proposed.id} ${stream}`, kept.revision)
    all.push(kept)
    return kept
  }
  const own = (stream: string, type: string): Kept => {
    const nothing = { data: new TextEncoder().encode('{}'), metadata: new Uint8Array() }
    return keep(stream, { id: crypto.randomUUID(), type, contentType: 'application/json', ...nothing })
  }
  own('$settings', '$settings')

  /** Events are taken for repeated where all of them follow the expected revision. */
  function repeated(stream: string, expected: Expected, ids: readonly string[]): Kept | undefined {
    const events = streams.get(stream) ?? []
    const first =
      typeof expected === 'number'
        ? expected + 1
        : expected === 'no_stream'
          ? 0
          : (places.get(`${ids[0]} ${stream}`) ?? -1)
    const isSame = first >= 0 && ids.length > 0 && ids.every((id, n) => events[first + n]?.id === id)
    return isSame ? events[first + ids.length - 1] : undefined
  }

  return {
    all,
    append(stream, expected, proposed) {
      if (deleted.has(stream)) return { is: 'deleted' }
      const bytes = proposed.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0)
      if (bytes > MAX_APPEND_BYTES) return { is: 'too large' }
      const events = streams.get(stream) ?? []
      const actual = events.length - 1
      const isGone = (firstKept.get(stream) ?? 0) > actual
      const isExpected =
        expected === 'any' ||
        (expected === 'stream_exists' ? !isGone : expected === 'no_stream' ? isGone : expected === actual)
      if (!isExpected || expected === 'any') {
        const ids = proposed.map(({ id }) => id)
        const earlier = repeated(stream, expected, ids)
        if (earlier) return { is: 'done', revision: earlier.revision, position: earlier.position }
      }
      if (!isExpected) return { is: 'wrong', actual }
      for (const event of proposed) keep(stream, event)
      if (all.length % 7 === 0) own('$stats-127.0.0.1:2113', '$statsCollected')
      const last = streams.get(stream)?.at(-1)
      for (const listener of listeners) listener()
      return { is: 'done', revision: last?.revision ?? -1, position: last?.position ?? 0 }
    },
    stream(name) {
      if (deleted.has(name)) return 'deleted'
      const events = streams.get(name) ?? []
      const count = maxCountOf(streams.get(`$$${name}`)?.at(-1))
      return events.slice(Math.max(firstKept.get(name) ?? 0, events.length - count))
    },
    remove(stream, forGood) {
      if (forGood) deleted.add(stream)
      firstKept.set(stream, streams.get(stream)?.length ?? 0)
    },
    isRecord: (position) => records.has(position),
    onAppended(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function maxCountOf(metadata: Kept | undefined): number {
  if (!metadata) return Number.POSITIVE_INFINITY
  const { $maxCount } = JSON.parse(Buffer.from(metadata.data).toString()) as { $maxCount?: number }
  return $maxCount ?? Number.POSITIVE_INFINITY
}
