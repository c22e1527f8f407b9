import type { ServerResponse } from 'node:http'

/** Where a stream's text goes. */
export type EventSink = {
  /** @returns false where the reader is to be waited for before there is more */
  write(bytes: Buffer | string): boolean
  /** Whether the reader has taken what was written, before it was too late. */
  drained(): Promise<boolean>
  /** Resolves once it is of no use any more. */
  readonly closed: Promise<void>
  /** Ends with a comment, if the reader takes it in time. */
  end(comment: string): void
}

/** A reader that does not take the last of it within this time is cut off. */
const END_GRACE_MS = 1_000

const HEAD = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  // nginx would keep it back until there is enough of it.
  'X-Accel-Buffering': 'no',
}

/** Begins the answer to whoever reads a stream. */
export function answerWithStream(response: ServerResponse): void {
  response.statusCode = 200
  for (const [name, value] of Object.entries(HEAD)) response.setHeader(name, value)
  // Nothing is asked over the same connection after a stream.
  response.shouldKeepAlive = false
  // Nor is there a need for chunks, whose framing costs as much again as sending: the connection's end is the stream's.
  response.removeHeader('Transfer-Encoding')
}

/** @param patienceMs how long a reader may take nothing */
export function eventSink(response: ServerResponse, patienceMs: number): EventSink {
  // It may have gone away while its answer was thought about.
  const closed = response.destroyed
    ? Promise.resolve()
    : new Promise<void>((resolve) => response.once('close', resolve))
  // A reader that goes away is none of our failures.
  response.on('error', () => {})
  response.socket?.setNoDelay(true)
  return {
    write: (bytes) => response.write(bytes),
    drained: () =>
      new Promise((resolve) => {
        if (!response.writableNeedDrain) return resolve(true)
        const settle = (isDrained: boolean) => {
          clearTimeout(timer)
          response.off('drain', onDrain)
          response.off('close', onClose)
          resolve(isDrained)
        }
        const onDrain = () => settle(true)
        const onClose = () => settle(false)
        const timer = setTimeout(() => settle(false), patienceMs)
        response.once('drain', onDrain)
        response.once('close', onClose)
      }),
    closed,
    end: (comment) => {
      if (response.writableEnded || response.destroyed) return
      const timer = setTimeout(() => response.destroy(), END_GRACE_MS)
      void closed.then(() => clearTimeout(timer))
      response.end(`: ${comment}\n\n`)
    },
  }
}
