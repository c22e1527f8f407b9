import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { streamName } from '../../contracts/events/stream-name.ts'
import type { DeletionRequest } from '../../contracts/resources/deletion-request.ts'
import { type RunningService, startService, temporaryFolder } from '../support/running-service.ts'
import {
  allocate,
  fillFlow,
  listSegments,
  putFlow,
  send,
  sendRaw,
  videoFlow,
} from '../support/tams-requests.ts'
import { writeEvents } from '../support/write-events.ts'

const PATH = '/flow-delete-requests'

/** A service whose requests do not wait for deletions, and one that waits long enough for all of them. */
describe('deleting', () => {
  const folders = [temporaryFolder(), temporaryFolder()] as const
  let hasty: RunningService
  let patient: RunningService
  beforeAll(async () => {
    hasty = await startService(folders[0], { DELETE_WAIT_MS: '0' })
    patient = await startService(folders[1], { DELETE_WAIT_MS: '60000' })
  })
  afterAll(async () => {
    await Promise.all([hasty.stop(), patient.stop()])
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  })

  const requestAt = async (location: string): Promise<DeletionRequest> => {
    const { status, body } = await send(location, 'GET')
    expect(status).toBe(200)
    return body as DeletionRequest
  }

  /** Follows a deletion to its end. @returns each state of it that was seen */
  async function follow(location: string): Promise<DeletionRequest[]> {
    const seen: DeletionRequest[] = []
    const look = async () => {
      const now = await requestAt(location)
      if (JSON.stringify(seen.at(-1)) !== JSON.stringify(now)) seen.push(now)
      return now.status
    }
    await vi.waitUntil(async () => (await look()) === 'done', { timeout: 60_000, interval: 5 })
    return seen
  }

  it.each([0, 1, 500])('a flow of %i segments is done in the request', async (count) => {
    const flow = await putFlow(hasty.url)
    await fillFlow(hasty.url, flow, count)

    const { status, body, headers } = await send(`${hasty.url}/flows/${flow}`, 'DELETE')

    expect([status, body, headers.get('location')]).toStrictEqual([204, undefined, null])
    expect((await send(`${hasty.url}/flows/${flow}`, 'PUT', videoFlow({ id: flow }))).status).toBe(201)
    expect(await listSegments(hasty.url, flow)).toStrictEqual([])
  })

  it('segments that are few is done in the request, and leaves no request to list', async () => {
    const flow = await putFlow(patient.url)
    await fillFlow(patient.url, flow, 20)
    const deleted = await send(`${patient.url}/flows/${flow}/segments?timerange=[5:0_10:0)`, 'DELETE')
    expect([deleted.status, deleted.body]).toStrictEqual([204, undefined])
    expect(await listSegments(patient.url, flow)).toHaveLength(15)
    expect((await send(`${patient.url}${PATH}`, 'GET')).body).toStrictEqual([])
  })

  it('a large flow hides it at once, and can be watched until it is done', async () => {
    const flow = await putFlow(hasty.url)
    await fillFlow(hasty.url, flow, 8000)

    const accepted = await send(`${hasty.url}/flows/${flow}`, 'DELETE')

    const location = accepted.headers.get('location')!
    // At once, to see something of it between its beginning and its end.
    const following = follow(location)
    expect(accepted.status).toBe(202)
    expect(accepted.body).toStrictEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      flow_id: flow,
      timerange_to_delete: '[0:0_8000:0)',
      timerange_remaining: expect.any(String),
      delete_flow: true,
      created: expect.any(String),
      updated: expect.any(String),
      status: expect.stringMatching(/^(created|started)$/),
    })
    const { id } = accepted.body as DeletionRequest
    expect(location).toBe(`${hasty.url}${PATH}/${id}`)
    expect((await send(`${hasty.url}/flows/${flow}`, 'GET')).status).toBe(404)
    expect((await send(`${hasty.url}/flows/${flow}/segments`, 'GET')).body).toStrictEqual([])
    expect((await send(`${hasty.url}/flows/${flow}`, 'DELETE')).status).toBe(404)

    const seen = await following

    const starts = seen.map(({ timerange_remaining: left = '' }) =>
      left === '()' ? 8000 : Number(left.match(/^\[(\d+):0_8000:0\)$/)?.[1]),
    )
    expect(starts).toStrictEqual(starts.toSorted((a, b) => a - b))
    expect(new Set(starts).size).toBeGreaterThan(2)
    const done = seen.at(-1)!
    expect(done.timerange_remaining).toBe('()')
    expect(Date.parse(done.expiry!) - Date.parse(done.updated!)).toBe(24 * 3600 * 1000)
    expect(seen.filter(({ expiry }) => expiry !== undefined)).toStrictEqual([done])
    const put = await send(`${hasty.url}/flows/${flow}`, 'PUT', videoFlow({ id: flow }))
    expect(put.status).toBe(201)
    expect(await listSegments(hasty.url, flow)).toStrictEqual([])
  })

  it('many segments leaves the others, and what is registered meanwhile', async () => {
    const flow = await putFlow(hasty.url)
    await fillFlow(hasty.url, flow, 2000)
    const [another] = await allocate(hasty.url, flow, 1)
    const url = `${hasty.url}/flows/${flow}/segments`

    const accepted = await send(`${url}?timerange=[0:0_1990:0)`, 'DELETE')
    const late = { object_id: another!.object_id, timerange: '[5000:0_5001:0)' }
    const registered = await send(url, 'POST', late)
    const seen = await follow(accepted.headers.get('location')!)

    expect([accepted.status, registered.status]).toStrictEqual([202, 201])
    expect(seen.at(-1)).toMatchObject({ delete_flow: false, timerange_to_delete: '[0:0_1990:0)' })
    const left = (await listSegments(hasty.url, flow)).map(({ timerange }) => timerange)
    expect(left).toStrictEqual([
      ...Array.from({ length: 10 }, (_, index) => `[${1990 + index}:0_${1991 + index}:0)`),
      '[5000:0_5001:0)',
    ])
  })

  it('is answered with 204 where it is done while the request waits', async () => {
    const flow = await putFlow(patient.url)
    await fillFlow(patient.url, flow, 1200)

    const part = await send(`${patient.url}/flows/${flow}/segments?timerange=[0:0_600:0)`, 'DELETE')
    expect([part.status, part.headers.get('location')]).toStrictEqual([204, null])
    expect(await listSegments(patient.url, flow)).toHaveLength(600)

    const whole = await send(`${patient.url}/flows/${flow}`, 'DELETE')
    expect([whole.status, whole.headers.get('location')]).toStrictEqual([204, null])
    const put = await send(`${patient.url}/flows/${flow}`, 'PUT', videoFlow({ id: flow }))
    expect(put.status).toBe(201)
    const listed = (await send(`${patient.url}${PATH}`, 'GET')).body as DeletionRequest[]
    expect(
      listed.map(({ flow_id, delete_flow, status }) => ({ flow_id, delete_flow, status })),
    ).toStrictEqual([
      { flow_id: flow, delete_flow: true, status: 'done' },
      { flow_id: flow, delete_flow: false, status: 'done' },
    ])
  })

  it('of a read-only flow is refused, and nothing of it goes', async () => {
    const flow = await putFlow(hasty.url)
    await fillFlow(hasty.url, flow, 3)
    const body = { ...videoFlow({ id: flow }), read_only: true }
    const { source_id } = (await send(`${hasty.url}/flows/${flow}`, 'GET')).body as { source_id: string }
    expect((await send(`${hasty.url}/flows/${flow}`, 'PUT', { ...body, source_id })).status).toBe(204)
    for (const [method, path, asked] of [
      ['DELETE', `/flows/${flow}`, undefined],
      ['DELETE', `/flows/${flow}/segments`, undefined],
      ['POST', PATH, { flow_id: flow }],
      ['POST', PATH, { flow_id: flow, delete_flow: true }],
    ] as const) {
      expect((await send(`${hasty.url}${path}`, method, asked)).status).toBe(403)
    }
    expect(await listSegments(hasty.url, flow)).toHaveLength(3)
  })

  describe('by asking for it', () => {
    it('is accepted whatever its size, of one object’s segments too', async () => {
      const flow = await putFlow(hasty.url)
      const [first] = await fillFlow(hasty.url, flow, 5)
      const ask = async (body: object) => {
        const { status, headers, body: answer } = await send(`${hasty.url}${PATH}`, 'POST', body)
        expect(status).toBe(202)
        expect(headers.get('location')).toBe(`${hasty.url}${PATH}/${(answer as DeletionRequest).id}`)
        return (await follow(headers.get('location')!)).at(-1)
      }

      expect(await ask({ flow_id: flow, object_id: first })).toMatchObject({ timerange_to_delete: '_' })
      expect(await listSegments(hasty.url, flow)).toHaveLength(4)
      const part = { flow_id: flow, timerange: '[0:0_3:0)', delete_flow: false }
      expect(await ask(part)).toMatchObject({ timerange_to_delete: '[0:0_3:0)', delete_flow: false })
      expect(await listSegments(hasty.url, flow)).toHaveLength(2)
      const whole = { flow_id: flow, delete_flow: true }
      expect(await ask(whole)).toMatchObject({ timerange_to_delete: '[3:0_5:0)', delete_flow: true })
      expect((await send(`${hasty.url}/flows/${flow}`, 'GET')).status).toBe(404)
    })

    it('is refused for a flow that is not there', async () => {
      const { status, body } = await send(`${hasty.url}${PATH}`, 'POST', { flow_id: randomUUID() })
      expect([status, body]).toMatchObject([404, { type: 'flow_not_found' }])
    })
  })

  describe('is listed', () => {
    const ids: string[] = []
    beforeAll(async () => {
      const flow = await putFlow(hasty.url)
      for (let index = 0; index < 5; index++) {
        const { headers, body } = await send(`${hasty.url}${PATH}`, 'POST', {
          flow_id: flow,
          timerange: '()',
        })
        await follow(headers.get('location')!)
        ids.unshift((body as DeletionRequest).id)
      }
    })

    const list = (query: string) => send(`${hasty.url}${PATH}${query}`, 'GET')
    const idsOf = (body: unknown) => (body as DeletionRequest[]).map(({ id }) => id)

    it.each(['', '?sort_by=created', '?sort_by=expiry'])('newest first: %s', async (query) => {
      const { status, headers, body } = await list(query)
      expect(status).toBe(200)
      expect(idsOf(body).slice(0, 5)).toStrictEqual(ids)
      expect(headers.get('x-paging-count')).toBe(String(idsOf(body).length))
      expect(headers.get('x-paging-limit')).toBe('100')
      expect(headers.get('x-paging-reverse-order')).toBe('false')
    })

    it.each(['created', 'expiry'])('oldest first in reverse, by %s', async (sort) => {
      const { headers, body } = await list(`?reverse_order=true&sort_by=${sort}`)
      expect(idsOf(body).slice(-5)).toStrictEqual(ids.toReversed())
      expect(headers.get('x-paging-reverse-order')).toBe('true')
    })

    it('page by page', async () => {
      const first = await list('?limit=2&sort_by=expiry')
      const next = first.headers.get('link')?.match(/<(.+)>; rel="next"/)?.[1]
      const second = await send(next!, 'GET')
      expect([...idsOf(first.body), ...idsOf(second.body)]).toStrictEqual(ids.slice(0, 4))
    })

    it('to a HEAD too, without a body', async () => {
      for (const path of [PATH, `${PATH}/${ids[0]}`]) {
        const head = await sendRaw(`${hasty.url}${path}`, 'HEAD', undefined, {})
        const get = await send(`${hasty.url}${path}`, 'GET')
        expect([head.status, head.body]).toStrictEqual([200, undefined])
        expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'))
        expect(head.headers.get('x-paging-count')).toBe(get.headers.get('x-paging-count'))
      }
      expect((await sendRaw(`${hasty.url}${PATH}/nonsense`, 'HEAD', undefined, {})).status).toBe(404)
    })
  })

  it('is among what the service has, and counted', async () => {
    expect((await send(`${hasty.url}/`, 'GET')).body).toContain('flow-delete-requests')
    const metrics = await (await fetch(`${hasty.url}/metrics`)).text()
    expect(metrics).toMatch(/^framelog_deletions_open 0$/m)
    expect(Number(metrics.match(/^framelog_deleted_segments_total (\d+)$/m)?.[1])).toBeGreaterThan(5000)
  })
})

describe('a deletion request that has expired', () => {
  const folder = temporaryFolder()
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('is shown no more, and is forgotten', async () => {
    const [deletion_id, flow_id] = [randomUUID(), randomUUID()]
    await (await startService(folder)).stop()
    const order = { flow_id, timerange_to_delete: '_', delete_flow: false }
    const revisions = { flow_revision: 0, timeline_revision: 0 }
    await writeEvents(
      folder,
      streamName.deletion(deletion_id),
      { type: 'DeletionRequested', data: { deletion_id, ...order, ...revisions } },
      { type: 'DeletionStarted', data: { deletion_id } },
      { type: 'DeletionCompleted', data: { deletion_id, kept_for_seconds: 0 } },
    )

    const service = await startService(folder)

    expect((await send(`${service.url}${PATH}/${deletion_id}`, 'GET')).status).toBe(404)
    expect((await send(`${service.url}${PATH}`, 'GET')).body).toStrictEqual([])
    const events = async () =>
      Number(
        (await (await fetch(`${service.url}/metrics`)).text()).match(/^framelog_log_position (\d+)$/m)?.[1],
      )
    await expect.poll(events).toBe(4)
    await service.stop()
  })
})
