import type { DomainEventType } from '../../contracts/events/domain-event.ts'
import type { WebhookFilter } from '../public-events/webhook-filter.ts'
import { cursorAfter, cursorText, type EventCursor } from './event-cursor.ts'
import type { EventFeed } from './event-feed.ts'
import type { EventMessages } from './event-message.ts'
import type { EventSink } from './event-sink.ts'

export type StreamRequest = {
  /** What the reader has. */
  readonly cursor: EventCursor
  /** The log's last position. */
  readonly head: number
  /** Of the log: those that can be of what it wants. */
  readonly types: readonly DomainEventType[]
  /** None where it wants everything. */
  readonly wants: WebhookFilter | undefined
}

export type EventStreams = {
  count(): number
  open(sink: EventSink, request: StreamRequest): void
  /** Ends all of them; what is opened later ends at once. */
  stop(): void
}

export type StreamTools = {
  readonly feed: EventFeed
  readonly heartbeatMs: number
  /** After which readers that lost their connection are to come back. */
  readonly retryMs: number
  readonly onFailure: (error: unknown) => void
}

type Stream = StreamRequest & {
  readonly sink: EventSink
  /** What it has been sent, or had no wish for. */
  cursor: EventCursor
  /** Gets what happens as it happens: it has everything that has been handed out. */
  isLive: boolean
  /** Its reader has not taken yet what it was sent last. */
  isWaiting: boolean
  isOver: boolean
}

/**
 * Tells readers of public events. Those that have everything are told together, of the same text; one that has
 * not, or that does not keep up, reads the log for itself, in pages, as fast as it takes them, until it has.
 * No reader has more waiting for it than one event, or one group of them.
 */
export function eventStreams({ feed, heartbeatMs, retryMs, onFailure }: StreamTools): EventStreams {
  const streams = new Set<Stream>()
  let heartbeat: NodeJS.Timeout | undefined
  let isStopping = false

  const finish = (stream: Stream, comment: string): void => {
    stream.isOver = true
    stream.sink.end(comment)
    leave(stream)
  }

  const leave = (stream: Stream): void => {
    stream.isOver = true
    if (!streams.delete(stream) || streams.size > 0) return
    // What nobody reads costs nothing.
    feed.unfollow()
    clearInterval(heartbeat)
  }

  const write = (stream: Stream, bytes: Buffer | string): void => {
    if (stream.sink.write(bytes)) return
    stream.isLive = false
    stream.isWaiting = true
    void goOn(stream)
  }

  const handOut = (messages: readonly EventMessages[]): void => {
    const last = messages.at(-1)!.event.position
    const first = messages[0]!.event.position
    const textOf = textsOf(messages)
    for (const stream of streams) {
      const { cursor, wants } = stream
      if (!stream.isLive || cursor.position >= last) continue
      stream.cursor = cursorAfter(last)
      const isAll = !wants && cursor.position < first
      const wanted = isAll
        ? messages
        : messages.filter(({ event }) => event.position > cursor.position && (!wants || wants(event)))
      if (wanted.length > 0) write(stream, textOf(wanted))
    }
  }

  const isAtHead = ({ cursor }: Stream): boolean => cursor.segment === 0 && cursor.position >= feed.position()

  /** Until it has everything, or is over. */
  const goOn = async (stream: Stream): Promise<void> => {
    try {
      while (!stream.isOver) {
        if (!(await stream.sink.drained())) return finish(stream, 'too slow: go on with Last-Event-ID')
        stream.isWaiting = false
        if (stream.isOver) return
        stream.isLive = isAtHead(stream)
        if (stream.isLive) return
        await catchUp(stream)
      }
    } catch (error) {
      if (isStopping || stream.isOver) return
      onFailure(error)
      finish(stream, 'the log cannot be read now')
    }
  }

  /** Sends a page of the log. */
  const catchUp = async (stream: Stream): Promise<void> => {
    const { cursor, types, wants, sink } = stream
    const { messages, reached } = await feed.page(cursor.position, types)
    for (const each of messages) {
      if (stream.isOver) return
      const { position } = each.event
      const isBegun = cursor.segment > 0 && position === cursor.position + 1
      if (!wants || wants(each.event)) {
        stream.isWaiting = !sink.write(isBegun ? each.after(cursor.segment) : each.whole())
      }
      stream.cursor = cursorAfter(position)
      if (stream.isWaiting) return
    }
    stream.cursor = cursorAfter(reached)
  }

  /** Also says how far the stream has come: who wants little is not to look through it all again. */
  const beat = (): void => {
    for (const stream of streams) {
      if (stream.isWaiting) continue
      const { cursor, isLive } = stream
      const reached = isLive ? cursorAfter(Math.max(cursor.position, feed.position())) : cursor
      const text = `: still here\nid: ${cursorText(reached)}\n\n`
      if (isLive) write(stream, text)
      else stream.sink.write(text)
    }
  }

  const begin = (head: number): void => {
    feed.follow(head, handOut, (error) => {
      onFailure(error)
      for (const stream of [...streams]) finish(stream, 'the log cannot be read now')
    })
    heartbeat = setInterval(beat, heartbeatMs)
  }

  return {
    count: () => streams.size,
    open: (sink, request) => {
      if (isStopping) return sink.end('the service stops')
      const stream: Stream = { ...request, sink, isLive: false, isWaiting: false, isOver: false }
      streams.add(stream)
      void sink.closed.then(() => leave(stream))
      if (streams.size === 1) begin(request.head)
      // From here on it can come back without a gap, even if nothing has happened.
      sink.write(`retry: ${retryMs}\nid: ${cursorText(request.cursor)}\n\n`)
      void goOn(stream)
    },
    stop: () => {
      isStopping = true
      for (const stream of [...streams]) finish(stream, 'the service stops')
      feed.stop()
    },
  }
}

/** Text of some of the messages: many readers want the same ones, and it is put together once for all of them. */
function textsOf(messages: readonly EventMessages[]): (wanted: readonly EventMessages[]) => Buffer {
  const texts = new Map<string, Buffer>()
  return (wanted) => {
    if (wanted.length === 1) return wanted[0]!.whole()
    const key = wanted.length === messages.length ? '' : wanted.map(({ event }) => event.position).join()
    const text = texts.get(key) ?? Buffer.concat(wanted.map((each) => each.whole()))
    texts.set(key, text)
    return text
  }
}
