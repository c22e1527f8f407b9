import { type AddressInfo, createServer, type Socket } from 'node:net'

/**
 * Takes notifications at any path, and notes how long after its event each came. It knows no more of HTTP than that takes:
 * it is on the machine that is measured, which receivers are not.
 */
export type WebhookSink = {
  readonly url: string
  /** Milliseconds since the commit, which events tell to the millisecond. */
  readonly latenciesMs: number[]
  /** Resolves once so many have come altogether. */
  reached(count: number): Promise<void>
  close(): Promise<void>
}

const HEAD_END = Buffer.from('\r\n\r\n')
const CONTENT_LENGTH = Buffer.from('\r\ncontent-length: ')
const ANSWER = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
const EVENT_TIMESTAMP = '{"event_timestamp":"'
const TIMESTAMP_LENGTH = '2026-11-26T12:00:00.000Z'.length

export async function webhookSink(): Promise<WebhookSink> {
  const latenciesMs: number[] = []
  let waiting: { readonly count: number; readonly resolve: () => void } | undefined
  const sockets = new Set<Socket>()
  const take = (timestamp: string): void => {
    latenciesMs.push(Date.now() - Date.parse(timestamp))
    if (waiting && latenciesMs.length >= waiting.count) waiting.resolve()
  }
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    // Whoever is killed does not say goodbye.
    socket.on('error', () => undefined)
    let bytes: Buffer = NOTHING
    socket.on('data', (chunk: Buffer) => {
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
      for (let request = firstIn(bytes); request; request = firstIn(bytes)) {
        take(request.timestamp)
        socket.write(ANSWER)
        bytes = bytes.length === request.length ? NOTHING : bytes.subarray(request.length)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    latenciesMs,
    reached: (count) =>
      latenciesMs.length >= count
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting = { count, resolve }
          }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

const NOTHING = Buffer.alloc(0)

/** The first request of what has come, where it is there whole, and when its event was. */
function firstIn(bytes: Buffer): { readonly length: number; readonly timestamp: string } | undefined {
  const end = bytes.indexOf(HEAD_END)
  if (end === -1) return undefined
  const start = end + HEAD_END.length
  const field = bytes.indexOf(CONTENT_LENGTH) + CONTENT_LENGTH.length
  const length = start + Number(bytes.toString('latin1', field, bytes.indexOf('\r', field)))
  if (bytes.length < length) return undefined
  const timestamp = start + EVENT_TIMESTAMP.length
  return { length, timestamp: bytes.toString('latin1', timestamp, timestamp + TIMESTAMP_LENGTH) }
}
