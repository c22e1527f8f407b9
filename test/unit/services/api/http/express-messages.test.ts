import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { expect, it } from 'vitest'
import { messagesFor } from '../../../../../services/api/http/express-messages.ts'

it('requests and responses have their prototype before Express serves them, and keep it', async () => {
  // given an app, and a server that makes messages for it
  const app = express()
  const messages = messagesFor(app)
  app.get('/things/:id', (request, response) => {
    response.json({ id: request.params['id'], query: request.query, seen: prototypes(request, response) })
  })
  const prototypes = (...those: object[]) => {
    const wanted = [messages.IncomingMessage, messages.ServerResponse]
    return those.map((each, index) => Object.getPrototypeOf(each) === wanted[index]?.prototype)
  }
  const before: boolean[] = []
  const server = createServer(messages, (request, response) => {
    before.push(...prototypes(request, response))
    app(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  // when it is asked
  const { port } = server.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}/things/7?a=b`)

  // then nothing was changed, and Express adds what it adds to all
  expect(before).toStrictEqual([true, true])
  expect(await answer.json()).toStrictEqual({ id: '7', query: { a: 'b' }, seen: [true, true] })
  server.close()
})
