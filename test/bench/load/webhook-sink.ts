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

const HEAD_END = '\r\n\r\n'
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
const EVENT_TIMESTAMP = /"event_timestamp":"([^"]+)"/

export async function webhookSink(): Promise<WebhookSink> {
  const latenciesMs: number[] = []
  let waiting: { readonly count: number; readonly resolve: () => void } | undefined
  const sockets = new Set<Socket>()
  const take = (body: string): void => {
    const timestamp = EVENT_TIMESTAMP.exec(body)?.[1]
    if (timestamp !== undefined) latenciesMs.push(Date.now() - Date.parse(timestamp))
    if (waiting && latenciesMs.length >= waiting.count) waiting.resolve()
  }
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    // Whoever is killed does not say goodbye.
    socket.on('error', () => undefined)
    let text = ''
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
      for (let request = firstIn(text); request; request = firstIn(text)) {
        take(request.body)
        socket.write(ANSWER)
        text = text.slice(request.length)
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

/** The first request of a text, where it is there whole, with as much of its body as tells when its event was. */
function firstIn(text: string): { readonly length: number; readonly body: string } | undefined {
  const end = text.indexOf(HEAD_END)
  if (end === -1) return undefined
  const start = end + HEAD_END.length
  const length = start + Number(CONTENT_LENGTH.exec(text.slice(0, start))?.[1] ?? 0)
  return text.length < length ? undefined : { length, body: text.slice(start, Math.min(length, start + 100)) }
}
