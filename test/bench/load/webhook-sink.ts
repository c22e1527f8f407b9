import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Takes notifications at any path, and notes how long after its event each came. */
export type WebhookSink = {
  readonly url: string
  /** Milliseconds since the commit, which events tell to the millisecond. */
  readonly latenciesMs: number[]
  /** Resolves once so many have come altogether. */
  reached(count: number): Promise<void>
  close(): Promise<void>
}

const EVENT_TIMESTAMP = /"event_timestamp":"([^"]+)"/

export async function webhookSink(): Promise<WebhookSink> {
  const latenciesMs: number[] = []
  let waiting: { readonly count: number; readonly resolve: () => void } | undefined
  const server = createServer((request, response) => {
    let head = ''
    request.setEncoding('utf8')
    request.on('data', (text: string) => {
      if (head === '') head = text
    })
    request.on('end', () => {
      const timestamp = EVENT_TIMESTAMP.exec(head)?.[1]
      if (timestamp !== undefined) latenciesMs.push(Date.now() - Date.parse(timestamp))
      response.end()
      if (waiting && latenciesMs.length >= waiting.count) waiting.resolve()
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
        server.closeAllConnections()
      }),
  }
}
