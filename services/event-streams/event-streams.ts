import { TOLD_TYPES, TOLD_WITHOUT_OBJECTS } from '../public-events/told-as.ts'
import { cursorAfter, cursorText } from './event-cursor.ts'
import type { EventFeed } from './event-feed.ts'
import type { EventMessages } from './event-message.ts'
import type { EventSink } from './event-sink.ts'
import { isWanted, type Stream, type StreamRequest, streamOf, textsOf, wantsObjects } from './event-stream.ts'

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

/**
 * Tells readers of public events. Those that have everything are told together, of the same text; one that has
 * not, or that does not keep up, reads the log for itself, in pages, as fast as it takes them, until it has.
 * No reader has more waiting for it than one event, or one group of them.
 */
export function eventStreams({ feed, heartbeatMs, retryMs, onFailure }: StreamTools): EventStreams {
  const streams = new Set<Stream>()
  let heartbeat: NodeJS.Timeout | undefined
  let isStopping = false
  let isWithObjects = false

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
    const textOf = textsOf(messages)
    for (const stream of streams) {
      const { position } = stream.cursor
      if (!stream.isLive || position >= last) continue
      stream.cursor = cursorAfter(last)
      const text = textOf(stream, position)
      if (text.length > 0) write(stream, text)
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
    const { cursor, logTypes, sink, urls } = stream
    const { messages, reached } = await feed.page(cursor.position, logTypes)
    for (const each of messages) {
      if (stream.isOver) return
      const { position } = each.event
      const isBegun = cursor.segment > 0 && position === cursor.position + 1
      if (isWanted(stream, each.event)) {
        stream.isWaiting = !sink.write(isBegun ? each.after(cursor.segment, urls) : each.whole(urls))
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
    // Not at once: streams may come and go faster than the log is read.
    if (isWithObjects && ![...streams].some(wantsObjects)) follow(feed.position(), false)
  }

  /** Objects, of which there are as many as segments, are read of only while someone wants to be told of them. */
  const follow = (after: number, withObjects: boolean): void => {
    isWithObjects = withObjects
    feed.follow(after, {
      types: withObjects ? TOLD_TYPES : TOLD_WITHOUT_OBJECTS,
      onMessages: handOut,
      onFailure: (error) => {
        onFailure(error)
        for (const stream of [...streams]) finish(stream, 'the log cannot be read now')
      },
    })
  }

  return {
    count: () => streams.size,
    open: (sink, request) => {
      if (isStopping) return sink.end('the service stops')
      const stream = streamOf(sink, request)
      streams.add(stream)
      void sink.closed.then(() => leave(stream))
      if (streams.size === 1) {
        follow(request.head, wantsObjects(stream))
        heartbeat = setInterval(beat, heartbeatMs)
      } else if (wantsObjects(stream) && !isWithObjects) follow(feed.position(), true)
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
