import { connect, type Socket } from 'node:net'
import { WrongAnswer } from './exchange.ts'

/** Readers of the stream of events, each on a connection of its own, who do the least a reader can. */
export type StreamReaders = {
  /** Milliseconds from each event's commit to its arrival at each reader, where they look. */
  readonly latenciesMs: number[]
  /** Resolves once every reader has had so many events since they were opened. */
  reached(count: number): Promise<void>
  close(): void
}

const EVENT = Buffer.from('\nevent: ')
const TIMESTAMP = /"event_timestamp":"([^"]+)"/g
/** What one reading of a socket brings at most. All of them share it: none keeps what it got. */
const READ_BYTES = 256 * 1024

/** @param looks whether they also look when each event happened: they count alone otherwise */
export async function openStreamReaders(
  origin: string,
  count: number,
  looks: boolean,
): Promise<StreamReaders> {
  const latenciesMs: number[] = []
  const counts: number[] = Array(count).fill(0)
  const buffer = Buffer.alloc(READ_BYTES)
  let waiting: { readonly count: number; readonly resolve: () => void } | undefined
  const tellIfReached = () => {
    if (waiting && counts.every((events) => events >= waiting!.count)) waiting.resolve()
  }
  const sockets = await Promise.all(
    counts.map((_, index) => {
      const countIn = eventCounter()
      return askForEvents(origin, buffer, (chunk) => {
        const before = counts[index]!
        counts[index] = before + countIn(chunk)
        if (looks) {
          const now = Date.now()
          for (const [, at] of chunk.toString('latin1').matchAll(TIMESTAMP)) {
            latenciesMs.push(now - Date.parse(at!))
          }
        }
        if (waiting && before < waiting.count) tellIfReached()
      })
    }),
  )
  return {
    latenciesMs,
    reached: (wanted) =>
      new Promise((resolve) => {
        waiting = { count: wanted, resolve }
        tellIfReached()
      }),
    close: () => {
      for (const socket of sockets) socket.destroy()
    },
  }
}

/**
 * Resolves once the stream has begun: what happens from then on comes.
 * @param buffer what is read is in, until `onChunk` returns
 */
function askForEvents(origin: string, buffer: Buffer, onChunk: (chunk: Buffer) => void): Promise<Socket> {
  const { hostname, port, host } = new URL(origin)
  return new Promise((resolve, reject) => {
    let head: string | undefined = ''
    const begin = (text: string) => {
      head += text
      if (!head!.startsWith('HTTP/1.1 200'.slice(0, head!.length))) reject(new WrongAnswer(head!))
      if (!head!.includes('\nid: ')) return
      head = undefined
      resolve(socket)
    }
    const socket = connect({
      host: hostname,
      port: Number(port),
      noDelay: true,
      onread: {
        buffer,
        callback: (size) => {
          if (head === undefined) onChunk(buffer.subarray(0, size))
          else begin(buffer.toString('latin1', 0, size))
          return true
        },
      },
    })
    socket.once('error', reject)
    socket.write(`GET /events?types=flows/segments_added HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  })
}

/** Counts the events that begin in the chunks of one stream. */
function eventCounter(): (chunk: Buffer) => number {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    const straddling = Buffer.concat([rest, chunk.subarray(0, EVENT.length - 1)])
    const count = occurrences(straddling) + occurrences(chunk)
    rest = Buffer.concat([rest, chunk.subarray(-(EVENT.length - 1))]).subarray(-(EVENT.length - 1))
    return count
  }
}

function occurrences(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(EVENT); at !== -1; at = bytes.indexOf(EVENT, at + EVENT.length)) count++
  return count
}
