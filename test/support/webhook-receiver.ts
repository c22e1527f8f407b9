import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

export type Received = {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly body: { readonly event_type: string; readonly event: Record<string, unknown> }
  /** What it was answered; undefined where it got no answer. */
  readonly status: number | undefined
}

/** A status, or what else becomes of a request; headers may come with a status. */
export type Reply =
  | number
  | 'reset'
  | 'silence'
  | { readonly status: number; readonly headers: Record<string, string> }

export type WebhookReceiver = {
  readonly url: string
  /** In the order of their arrival. */
  readonly received: readonly Received[]
  /** Those that were acknowledged, by path. */
  acknowledged(path: string): readonly Received[]
  /** Stops listening, and cuts off everyone; `open` listens at the same port again. */
  close(): Promise<void>
  open(): Promise<void>
}

/** A real HTTP server that webhooks are told to. */
export async function webhookReceiver(
  reply: (request: Omit<Received, 'status'>, before: number) => Reply = () => 200,
): Promise<WebhookReceiver> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      text += chunk
    })
    request.on('end', () => {
      const got = { path: request.url!, headers: request.headers, text, body: JSON.parse(text) }
      const answered = reply(got, received.filter(({ path }) => path === got.path).length)
      received.push({ ...got, status: answer(response, answered) })
    })
    request.on('error', () => undefined)
  })
  let port = 0
  const open = () =>
    new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', () => {
        port = (server.address() as AddressInfo).port
        resolve()
      })
    })
  await open()
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    acknowledged: (path) => received.filter((each) => each.path === path && each.status === 200),
    open,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function answer(response: ServerResponse, reply: Reply): number | undefined {
  if (reply === 'reset') response.socket?.resetAndDestroy()
  if (typeof reply === 'string') return undefined
  const { status, headers = {} } = typeof reply === 'number' ? { status: reply } : reply
  response.writeHead(status, headers).end()
  return status
}

/** Waits until something holds. @throws where it does not in time */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  seconds = 60,
): Promise<void> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    if (await holds()) return
    await delay(20)
  }
  throw new Error(`not within ${seconds} s: ${what}`)
}
