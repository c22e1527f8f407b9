import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSqliteEventLog } from '../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { wholeLog } from '../support/command-harness.ts'
import { type RunningService, serviceOfSuite, startService, withFolder } from '../support/running-service.ts'
import {
  allocate,
  listSegments,
  putFlow,
  send,
  sendRaw,
  type TamsAnswer,
  videoFlow,
} from '../support/tams-requests.ts'

const sendWith = (key: string, url: string, method: string, body?: unknown): Promise<TamsAnswer> =>
  sendRaw(url, method, body === undefined ? undefined : JSON.stringify(body), {
    'content-type': 'application/json',
    'idempotency-key': key,
  })

/** What a client sees of an answer, and can rely on. */
const told = ({ status, headers, body }: TamsAnswer) => ({
  status,
  body,
  location: headers.get('location'),
  position: headers.get('framelog-position'),
})

describe('a request with an Idempotency-Key', () => {
  const service = serviceOfSuite()

  it('registers its segments once, and its repetition is answered the same, refusals in a list too', async () => {
    const flow = await putFlow(service.url)
    const [object] = await allocate(service.url, flow, 1)
    const url = `${service.url}/flows/${flow}/segments`
    const segments = [
      { object_id: object?.object_id, timerange: '[0:0_1:0)' },
      { object_id: object?.object_id, timerange: '[0:500000000_1:0)' },
    ]
    const first = await sendWith('segments-1', url, 'POST', segments)
    expect(first).toMatchObject({
      status: 200,
      body: { failed_segments: [{ timerange: '[0:500000000_1:0)' }] },
    })
    await send(`${url}?timerange=_`, 'DELETE')

    const again = await sendWith('segments-1', url, 'POST', segments)
    const withoutTime = (answer: TamsAnswer) => JSON.stringify(told(answer)).replace(/"time":"[^"]*"/g, '')
    expect(withoutTime(again)).toBe(withoutTime(first))
    expect(await listSegments(service.url, flow)).toEqual([])
  })

  it('is carried out once, of 50 at once', async () => {
    const flow = await putFlow(service.url)
    const url = `${service.url}/flows/${flow}/storage`
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => sendWith('twins', url, 'POST', { limit: 2 })),
    )
    const allocated = answers.map(({ status, body }) => {
      const { media_objects } = body as { media_objects: { object_id: string }[] }
      return `${status} ${media_objects.map(({ object_id }) => object_id)}`
    })
    expect(new Set(allocated).size).toBe(1)
    expect(new Set(answers.map(({ headers }) => headers.get('framelog-position'))).size).toBe(1)
  })

  it.each([
    ['a flow', '/flows', () => ({ ...videoFlow(), id: undefined })],
    ['a source', '/sources', () => ({ format: 'urn:x-nmos:format:video', label: 'one' })],
    [
      'an object',
      '/objects',
      () => ({ id: randomUUID(), role: 'init', get_urls: [{ label: 'web', url: 'https://a.example/' }] }),
    ],
    ['a webhook', '/service/webhooks', () => ({ url: 'https://example.com/', events: ['flows/created'] })],
  ])('makes %s once, and is answered with it as it was', async (_, path, bodyOf) => {
    const body = bodyOf()
    const key = randomUUID()
    const first = await sendWith(key, `${service.url}${path}`, 'POST', body)
    expect(first.status).toBe(201)
    const { id } = first.body as { id: string }
    const its = `${service.url}${path}/${encodeURIComponent(id)}`
    expect([204, 202]).toContain((await send(its, 'DELETE')).status)

    expect(told(await sendWith(key, `${service.url}${path}`, 'POST', body))).toEqual(told(first))
    expect((await send(its, 'GET')).status).toBe(404)
  })

  it('puts and deletes once', async () => {
    const flow = videoFlow()
    const url = `${service.url}/flows/${flow.id}`
    const put = await sendWith('put', url, 'PUT', flow)
    expect(put.status).toBe(201)
    const gone = await sendWith('delete', url, 'DELETE')
    expect(gone.status).toBe(204)
    expect(told(await sendWith('put', url, 'PUT', flow))).toEqual(told(put))
    await send(url, 'PUT', flow)
    expect(told(await sendWith('delete', url, 'DELETE'))).toEqual(told(gone))
    expect((await send(url, 'GET')).status).toBe(200)
  })

  it('is refused as it was the first time, and with another key as things are now', async () => {
    const flow = videoFlow()
    const url = `${service.url}/flows/${flow.id}/label`
    const first = await sendWith('early', url, 'PUT', 'x')
    expect(first.status).toBe(404)
    await send(`${service.url}/flows/${flow.id}`, 'PUT', flow)
    expect(await sendWith('early', url, 'PUT', 'x')).toMatchObject({ status: 404 })
    expect(await sendWith('later', url, 'PUT', 'x')).toMatchObject({ status: 204 })
  })

  it('is refused where its key came before with another body, path or method', async () => {
    const [one, other] = [await putFlow(service.url), await putFlow(service.url)]
    await sendWith('reused', `${service.url}/flows/${one}/label`, 'PUT', 'x')
    const reused = [
      await sendWith('reused', `${service.url}/flows/${one}/label`, 'PUT', 'y'),
      await sendWith('reused', `${service.url}/flows/${other}/label`, 'PUT', 'x'),
      await sendWith('reused', `${service.url}/flows/${one}/label`, 'DELETE'),
    ]
    for (const answer of reused) {
      expect(answer).toMatchObject({ status: 422, body: { type: 'idempotency_key_reused' } })
    }
    expect(await send(`${service.url}/flows/${one}/label`, 'GET')).toMatchObject({ body: 'x' })
    // Spaces and the prefix of the path make no other request.
    const spaced = await sendRaw(`${service.url}/api/v1/flows/${one}/label`, 'PUT', ' "x" ', {
      'content-type': 'application/json',
      'idempotency-key': 'reused',
    })
    expect(spaced.status).toBe(204)
  })

  it.each([
    ['empty', ''],
    ['too long', 'k'.repeat(256)],
    ['of two words', 'a b'],
    ['not ASCII', 'schlüssel'],
  ])('is refused where its key is %s', async (_, key) => {
    const answer = await sendWith(key, `${service.url}/flows/${randomUUID()}`, 'DELETE')
    expect(answer).toMatchObject({ status: 400, body: { type: 'bad_request' } })
  })

  it('takes no key with a form', async () => {
    const flow = await putFlow(service.url)
    const form = new FormData()
    form.set('segment', JSON.stringify({ timerange: '[0:0_1:0)' }))
    form.set('file', new Blob(['x'], { type: 'video/mp2t' }))
    const answer = await fetch(`${service.url}/flows/${flow}/segments`, {
      method: 'POST',
      body: form,
      headers: { 'idempotency-key': 'form' },
    })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ summary: 'Idempotency-Key: is not for forms' })
  })

  it('may come from a page', async () => {
    const answer = await fetch(`${service.url}/flows/${randomUUID()}/segments`, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://localhost:3000',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'idempotency-key',
      },
    })
    expect(answer.headers.get('access-control-allow-headers')).toBe('idempotency-key')
  })
})

const PRODUCERS = 8
const PER_REQUEST = 2

describe('a service killed while requests with keys are under way', () => {
  it(
    'carries out each once, however often it is repeated',
    () =>
      withFolder(async (folder) => {
        let service = await startService(folder)
        const flow = await putFlow(service.url)
        const allocated = new Map<string, string>()
        for (let round = 0; round < 3; round++) {
          const load = Array.from({ length: PRODUCERS }, () => produce(service, flow, allocated))
          await expect.poll(() => allocated.size, { timeout: 60_000 }).toBeGreaterThan((round + 1) * 20)
          await service.kill()
          const cutOff = await Promise.all(load)
          service = await startService(folder)
          for (const key of cutOff) await note(service, flow, key, allocated)
        }
        for (const key of allocated.keys()) await note(service, flow, key, allocated)
        await service.stop()

        const log = openSqliteEventLog({ path: join(folder, 'events.db') })
        const events = await wholeLog(log)
        await log.close()
        const count = (type: string) => events.filter((event) => event.type === type).length
        expect(count('CommandAnswered')).toBe(allocated.size)
        expect(count('ObjectAllocated')).toBe(allocated.size * PER_REQUEST)
      }),
    180_000,
  )
})

/** Allocates storage until the service is gone. @returns the key of the request that got no answer */
async function produce(
  service: RunningService,
  flow: string,
  allocated: Map<string, string>,
): Promise<string> {
  for (;;) {
    const key = randomUUID()
    try {
      await note(service, flow, key, allocated)
    } catch (error) {
      if (error instanceof TypeError) return key
      throw error
    }
  }
}

/** @throws where the answer differs from an earlier one; TypeError where the connection is cut */
async function note(service: RunningService, flow: string, key: string, allocated: Map<string, string>) {
  const answer = await sendWith(key, `${service.url}/flows/${flow}/storage`, 'POST', { limit: PER_REQUEST })
  const { media_objects } = answer.body as { media_objects?: readonly { object_id: string }[] }
  const objects = `${answer.status} ${media_objects?.map(({ object_id }) => object_id)}`
  expect(objects).toBe(allocated.get(key) ?? objects)
  allocated.set(key, objects)
}
