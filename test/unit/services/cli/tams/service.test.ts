import { afterEach, describe, expect, it } from 'vitest'
import {
  answerJson,
  type Script,
  type ScriptedServer,
  startScriptedServer,
} from '../../../../support/scripted-server.ts'
import { createTestClient, type TestClient } from '../../../../support/tams-client.ts'

const opened: (TestClient | ScriptedServer)[] = []
afterEach(async () => {
  for (const { close } of opened.splice(0).reverse()) await close()
})

async function serviceWith(script: Script, token?: string, path = '') {
  const server = await startScriptedServer(script)
  const client = createTestClient(new URL(path, server.url), token)
  opened.push(server, client)
  return { server, service: client.service }
}

const error = (summary: string) => ({ type: 'x', summary, time: '2026-11-21T00:00:00Z' })

describe('asking a service', () => {
  it('gives what is there, and undefined for what is not', async () => {
    const { service } = await serviceWith(({ path }, response) => {
      if (path === '/flows/a') answerJson(response, { id: 'a' })
      else answerJson(response, error('no'), {}, 404)
    })
    expect([await service.find('flows/a'), await service.find('flows/b')]).toEqual([{ id: 'a' }, undefined])
  })

  it('keeps the path that the service is under', async () => {
    const { service, server } = await serviceWith(
      (_, response) => answerJson(response, {}),
      undefined,
      'x/tams',
    )
    await service.find('flows')
    expect(server.requests.map(({ path }) => path)).toEqual(['/x/tams/flows'])
  })

  it('sends the token, but to no other origin', async () => {
    const { service, server } = await serviceWith((_, response) => answerJson(response, {}), 'secret')
    await service.find('flows')
    expect(server.requests[0]?.headers.authorization).toBe('Bearer secret')
    expect(service.credentialsFor(new URL('/media/1', server.url), false)).toEqual({
      authorization: 'Bearer secret',
    })
    expect(service.credentialsFor(new URL('/media/1', server.url), true)).toEqual({})
    expect(service.credentialsFor(new URL('http://elsewhere.example.com/'), false)).toEqual({})
  })

  it('does not take the token along when it is sent elsewhere', async () => {
    const other = await startScriptedServer((_, response) => answerJson(response, { id: 'there' }))
    opened.push(other)
    const { service } = await serviceWith((_, response) => {
      response.writeHead(302, { location: new URL('/moved', other.url).href }).end()
    }, 'secret')
    expect(await service.find('flows/a')).toEqual({ id: 'there' })
    expect(other.requests[0]?.headers.authorization).toBeUndefined()
  })
})

describe('a list', () => {
  it('goes on to the next page until there is none, be the link relative or not', async () => {
    const { service, server } = await serviceWith(({ path }, response) => {
      const links: Record<string, string> = {
        '/flows': `</flows?page=2>; rel="next"`,
        '/flows?page=2': `<${server.url}flows?page=3>; rel=next; title="more"`,
        '/flows?page=3': '</flows>; rel="first"',
      }
      answerJson(response, [path], { link: links[path] ?? '' })
    })
    const items: unknown[] = []
    for await (const page of service.pages('flows')) items.push(...page)
    expect(items).toEqual(['/flows', '/flows?page=2', '/flows?page=3'])
  })

  it('is refused where it is none', async () => {
    const { service } = await serviceWith((_, response) => answerJson(response, { segments: [] }))
    await expect(service.pages('flows').next()).rejects.toThrow('/flows is no list')
  })
})

describe('a request that fails', () => {
  it('is tried again after 503, 429 and lost connections, and told to be the same', async () => {
    const { service, server } = await serviceWith((_, response, count) => {
      if (count === 0) answerJson(response, error('busy'), {}, 503)
      else if (count === 1) response.destroy()
      else if (count === 2) answerJson(response, error('slow down'), { 'retry-after': '0' }, 429)
      else answerJson(response, { ok: true }, {}, 201)
    })
    expect(await service.write('POST', 'flows/a/storage', { limit: 1 })).toEqual({ ok: true })
    expect(server.requests).toHaveLength(4)
    expect(new Set(server.requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(1)
    expect(server.requests.map(({ body }) => body.toString())).toEqual(Array(4).fill('{"limit":1}'))
  })

  it('is tried again where its answer breaks off', async () => {
    const { service, server } = await serviceWith((_, response, count) => {
      if (count > 0) return answerJson(response, { id: 'a' })
      response.writeHead(200, { 'content-length': '100' }).write('{"id":')
      response.once('error', () => undefined)
      setImmediate(() => response.destroy())
    })
    expect(await service.find('flows/a')).toEqual({ id: 'a' })
    expect(server.requests).toHaveLength(2)
  })

  it('is not tried again where it is refused, and says why, without what may be a signature', async () => {
    const { service, server } = await serviceWith((_, response) => {
      answerJson(response, error('the Flow has no container'), {}, 400)
    })
    const failing = service.write('PUT', 'flows/a?signature=secret', {})
    await expect(failing).rejects.toThrow(`PUT ${server.url}flows/a: 400 the Flow has no container`)
    expect(server.requests).toHaveLength(1)
  })

  it('fails in the end', async () => {
    const { service, server } = await serviceWith((_, response) =>
      answerJson(response, error('down'), {}, 500),
    )
    await expect(service.find('flows')).rejects.toThrow('500 down')
    expect(server.requests).toHaveLength(8)
  })

  it('says that an answer is no JSON', async () => {
    const { service } = await serviceWith((_, response) => void response.end('<html></html>'))
    await expect(service.find('flows')).rejects.toThrow('is this a TAMS service?')
  })
})
