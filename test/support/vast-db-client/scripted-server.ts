import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Heard = {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** What becomes of a request: an answer, or none. */
export type Reaction =
  | {
      readonly status?: number
      readonly headers?: Readonly<Record<string, string>>
      /** Sent piece by piece. */
      readonly body?: Uint8Array | string | readonly Uint8Array[]
      /** The connection is cut after the body, before the answer is over. */
      readonly cut?: boolean
    }
  | 'cut'
  | 'silence'

export type ScriptedServer = {
  readonly url: string
  readonly heard: readonly Heard[]
  /** Requests as `PUT /?transaction`, without those that ask for the version. */
  lines(): readonly string[]
  close(): Promise<void>
}

/** A server of the protocol's shape that reacts as it is told: by default it answers 200 with a transaction. */
export async function scriptedServer(
  react: (heard: Heard, count: number) => Reaction | undefined = () => undefined,
  port = 0,
): Promise<ScriptedServer> {
  const heard: Heard[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const { method = '', url = '', headers } = request
    const one = { method, url, headers, body: Buffer.concat(parts) }
    heard.push(one)
    await answer(response, react(one, heard.filter((other) => sameRequest(other, one)).length) ?? {})
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    lines: () =>
      heard.filter(({ headers }) => headers['tabular-txid']).map(({ method, url }) => `${method} ${url}`),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const sameRequest = (one: Heard, other: Heard) => one.method === other.method && one.url === other.url

async function answer(response: ServerResponse, reaction: Reaction): Promise<void> {
  if (reaction === 'silence') return
  if (reaction === 'cut') return void response.destroy()
  const { status = 200, headers, body = [], cut } = reaction
  response.writeHead(status, {
    server: 'vast 5.4.0.1',
    'tabular-txid': '18446744073709551614',
    'tabular-next-key': '0',
    'tabular-is-truncated': 'false',
    ...headers,
  })
  for (const piece of Array.isArray(body) ? body : [body])
    if (piece.length > 0) await new Promise((resolve) => response.write(piece, resolve))
  if (cut) response.destroy()
  else response.end()
}

/** An answer as the server words its errors. */
export const refusal = (status: number, code: string, message = ''): Reaction => ({
  status,
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message><RequestId>r1</RequestId></Error>`,
})
