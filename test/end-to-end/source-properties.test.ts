import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { serviceOfSuite } from '../support/running-service.ts'
import { putFlow, send, sendRaw } from '../support/tams-requests.ts'

describe('the properties of a source', () => {
  const service = serviceOfSuite()
  const sourceUrl = (id: string) => `${service.url}/sources/${id}`
  const readSource = async (id: string) => (await send(sourceUrl(id), 'GET')).body as Record<string, unknown>

  const newSource = async (changes: Record<string, unknown> = {}): Promise<string> => {
    const source_id = randomUUID()
    await putFlow(service.url, { source_id, ...changes })
    return source_id
  }

  describe.each(['label', 'description'])('%s', (property) => {
    it('is created, replaced and unset, and the flow keeps its own', async () => {
      const id = await newSource()
      const url = `${sourceUrl(id)}/${property}`
      expect(await send(url, 'GET')).toMatchObject({
        status: 404,
        body: { summary: expect.stringContaining('is not set') },
      })
      for (const value of ['Big "Buck" Bunny', '']) {
        expect(await send(url, 'PUT', value)).toMatchObject({ status: 204, body: undefined })
        expect(await send(url, 'GET')).toMatchObject({ status: 200, body: value })
        expect(await readSource(id)).toMatchObject({ [property]: value })
      }
      expect((await fetch(url, { method: 'HEAD' })).status).toBe(200)
      for (const _ of ['set', 'unset already']) expect((await send(url, 'DELETE')).status).toBe(204)
      expect((await send(url, 'GET')).status).toBe(404)
      expect(await readSource(id)).not.toHaveProperty(property)
    })

    it('is what its first flow has', async () => {
      const id = await newSource({ [property]: 'from the flow' })
      expect((await send(`${sourceUrl(id)}/${property}`, 'GET')).body).toBe('from the flow')
    })

    it.each(['null', '5', 'plain', '[]', undefined])('is refused as %s', async (body) => {
      const id = await newSource()
      expect((await sendRaw(`${sourceUrl(id)}/${property}`, 'PUT', body)).status).toBe(400)
      expect(await readSource(id)).not.toHaveProperty(property)
    })
  })

  it('move the time of its last change, only where they change it', async () => {
    const id = await newSource()
    const first = await readSource(id)
    await send(`${sourceUrl(id)}/label`, 'PUT', 'Camera')
    const second = await readSource(id)
    await send(`${sourceUrl(id)}/label`, 'PUT', 'Camera')
    await send(`${sourceUrl(id)}/description`, 'DELETE')
    expect(second).toStrictEqual({ ...first, label: 'Camera', updated: expect.any(String) })
    expect(String(second['updated']) >= String(first['updated'])).toBe(true)
    expect(await readSource(id)).toStrictEqual(second)
  })

  it('may be found by, as soon as they are set', async () => {
    const id = await newSource()
    const label = randomUUID()
    await send(`${sourceUrl(id)}/label`, 'PUT', label)
    await send(`${sourceUrl(id)}/tags/${label}`, 'PUT', ['a', 'b'])
    expect((await send(`${service.url}/sources?label=${label}&tag.${label}=b`, 'GET')).body).toMatchObject([
      { id },
    ])
  })

  it.each<[path: string, value: unknown, methods: readonly string[]]>([
    ['tags', undefined, ['GET']],
    ['tags/a', 'x', ['GET', 'PUT', 'DELETE']],
    ['label', 'x', ['GET', 'PUT', 'DELETE']],
    ['description', 'x', ['GET', 'PUT', 'DELETE']],
  ])('%s of no source is not found', async (path, value, methods) => {
    for (const id of [randomUUID(), 'nonsense']) {
      for (const method of methods) {
        const { status } = await send(
          `${sourceUrl(id)}/${path}`,
          method,
          method === 'PUT' ? value : undefined,
        )
        expect([method, status]).toStrictEqual([method, 404])
      }
    }
  })
})
