import { request as connect, createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type ErrorRequestHandler } from 'express'
import { afterEach, describe, expect, it } from 'vitest'
import { HttpRefusal } from '../../../../../services/api/http/http-refusal.ts'
import { readWithin } from '../../../../../services/api/http/read-within.ts'

let server: Server | undefined
afterEach(() => server?.close())

async function serve(timeoutMs: number): Promise<{ port: number; handled: () => number }> {
  let handled = 0
  const app = express()
  const refuse: ErrorRequestHandler = (error, _request, response, _next) => {
    response.status(error instanceof HttpRefusal ? error.status : 500).end()
  }
  app.post('/', readWithin(express.json(), timeoutMs), (request, response) => {
    handled += 1
    response.json(request.body)
  })
  app.use(refuse)
  const started = createServer(app)
  server = started
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve))
  return { port: (started.address() as AddressInfo).port, handled: () => handled }
}

const HEADERS = { 'content-type': 'application/json', 'content-length': '9' }

describe('a body', () => {
  it('that comes too slowly is refused, and the connection ends', async () => {
    const { port, handled } = await serve(20)
    const request = connect({ port, method: 'POST', headers: HEADERS })
    request.on('error', () => undefined)
    request.write('{"a":')
    const { status, connection } = await new Promise<{ status?: number; connection?: string }>((resolve) =>
      request.on('response', ({ statusCode, headers }) =>
        resolve({ status: statusCode!, connection: headers.connection! }),
      ),
    )
    expect([status, connection, handled()]).toEqual([408, 'close', 0])
    await new Promise<void>((resolve) => request.on('close', resolve))
  })

  it('that comes in time is read', async () => {
    const { port } = await serve(60_000)
    const answer = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"a": 1}',
    })
    expect([answer.status, await answer.json()]).toEqual([200, { a: 1 }])
  })

  it('that is no JSON is refused as ever', async () => {
    const { port } = await serve(60_000)
    const answer = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    })
    expect(answer.status).toBe(500)
  })
})
