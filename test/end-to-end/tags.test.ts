import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { serviceOfSuite } from '../support/running-service.ts'
import { putFlow, send, sendRaw } from '../support/tams-requests.ts'

const NAMES = [
  'plain',
  'with.dots.',
  'a/b',
  '100%',
  'a%2Fb',
  '%25',
  'a b+c',
  'ünï/çødé 🎬',
  '?&#;=',
  '"quoted" \\',
  'toString',
  'constructor',
  'label',
  'name\u0000with\nothers',
]

describe.each(['flows', 'sources'] as const)('tags of %s', (resources) => {
  const service = serviceOfSuite()
  let url: string
  let flow: string

  beforeEach(async () => {
    const source_id = randomUUID()
    flow = await putFlow(service.url, { source_id })
    url = `${service.url}/${resources}/${resources === 'flows' ? flow : source_id}`
  })

  const tagUrl = (name: string) => `${url}/tags/${encodeURIComponent(name)}`

  it('are an empty object where there are none', async () => {
    expect(await send(`${url}/tags`, 'GET')).toMatchObject({ status: 200, body: {} })
    expect((await fetch(`${url}/tags`, { method: 'HEAD' })).status).toBe(200)
    expect(await send(tagUrl('a'), 'GET')).toMatchObject({
      status: 404,
      body: { summary: expect.stringContaining('is not set') },
    })
  })

  it('are texts and lists of texts, set and unset one by one', async () => {
    expect(await send(tagUrl('a'), 'PUT', 'x')).toMatchObject({ status: 204, body: undefined })
    expect((await send(tagUrl('b'), 'PUT', ['x', 'y'])).status).toBe(204)
    expect((await send(tagUrl('c'), 'PUT', [])).status).toBe(204)
    expect((await send(tagUrl('a'), 'PUT', ''))?.status).toBe(204)
    expect((await send(`${url}/tags`, 'GET')).body).toStrictEqual({ a: '', b: ['x', 'y'], c: [] })
    expect(await send(tagUrl('b'), 'GET')).toMatchObject({ status: 200, body: ['x', 'y'] })

    expect((await send(tagUrl('b'), 'DELETE')).status).toBe(204)
    expect((await send(`${url}/tags`, 'GET')).body).toStrictEqual({ a: '', c: [] })
    expect((await send(url, 'GET')).body).toMatchObject({ tags: { a: '', c: [] } })
  })

  it('that are not there can be unset of a flow, and not of a source', async () => {
    const missing = resources === 'flows' ? 204 : 404
    expect((await send(tagUrl('a'), 'DELETE')).status).toBe(missing)
    await send(tagUrl('a'), 'PUT', 'x')
    expect((await send(tagUrl('toString'), 'DELETE')).status).toBe(missing)
    expect((await send(tagUrl('a'), 'DELETE')).status).toBe(204)
    expect((await send(tagUrl('a'), 'DELETE')).status).toBe(missing)
  })

  it.each(NAMES)('are called as clients like: %j', async (name) => {
    expect((await send(tagUrl(name), 'GET')).status).toBe(404)
    expect((await send(tagUrl(name), 'PUT', name)).status).toBe(204)
    expect(await send(tagUrl(name), 'GET')).toMatchObject({ status: 200, body: name })
    expect((await send(`${url}/tags`, 'GET')).body).toStrictEqual({ [name]: name })
    expect((await send(tagUrl(name), 'DELETE')).status).toBe(204)
    expect((await send(`${url}/tags`, 'GET')).body).toStrictEqual({})
  })

  it('are not called __proto__, one by one or all at once', async () => {
    expect((await send(tagUrl('__proto__'), 'GET')).status).toBe(404)
    expect((await send(tagUrl('__proto__'), 'PUT', 'x')).status).toBe(400)
    const body = (await send(url, 'GET')).body as object
    const text = JSON.stringify({ ...body, tags: 0 }).replace('"tags":0', '"tags":{"__proto__":"x"}')
    expect((await sendRaw(url, 'PUT', text)).status).toBe(400)
    expect((await send(`${url}/tags`, 'GET')).body).toStrictEqual({})
  })

  it.each(['%E0%A4%A', '%', '%zz', '%ff'])('are not found by a path that is no text: %s', async (name) => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const body = method === 'PUT' ? 'x' : undefined
      expect((await send(`${url}/tags/${name}`, method, body)).status).toBe(400)
    }
  })

  it('are bounded, however they come', async () => {
    expect((await send(tagUrl('n'.repeat(1_025)), 'PUT', 'x')).status).toBe(404)
    expect((await send(tagUrl('a'), 'PUT', 'x'.repeat(16_385))).status).toBe(400)
    expect((await send(tagUrl('a'), 'PUT', Array(1_001).fill('x'))).status).toBe(400)
    for (const name of ['a', 'b', 'c', 'd']) {
      expect((await send(tagUrl(name), 'PUT', 'x'.repeat(16_000))).status).toBe(204)
    }
    expect(await send(tagUrl('e'), 'PUT', 'x'.repeat(2_000))).toMatchObject({
      status: 400,
      body: { type: 'tags_refused', summary: 'tags: must have no more than 65536 characters in all' },
    })
    expect((await send(tagUrl('a'), 'PUT', 'x')).status).toBe(204)
    expect((await send(tagUrl('e'), 'PUT', 'x'.repeat(2_000))).status).toBe(204)
  })

  it('are all kept when they are set at the same time', async () => {
    const names = Array.from({ length: 60 }, (_, n) => `tag ${n}`)
    const answers = await Promise.all(names.map((name) => send(tagUrl(name), 'PUT', name)))
    expect(new Set(answers.map(({ status }) => status))).toStrictEqual(new Set([204]))
    expect((await send(`${url}/tags`, 'GET')).body).toEqual(
      Object.fromEntries(names.map((name) => [name, name])),
    )
  })
})
