import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { serviceOfSuite } from '../support/running-service.ts'
import { allocate, putFlow, send, sendRaw, videoFlow } from '../support/tams-requests.ts'

const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
const json = JSON.stringify
const segment = (object_id: unknown, timerange: string): string => json({ object_id, timerange })

const FLOW = '/flows/{flow}'
const SEGMENTS = '/flows/{flow}/segments'
const STORAGE = '/flows/{flow}/storage'

/** Method, path (`{flow}` is a flow that is there), body, and the status it deserves. */
const badRequests: readonly (readonly [what: string, string, string, string | undefined, number])[] = [
  ['JSON that ends too soon', 'PUT', FLOW, '{"id":', 400],
  ['text that is no JSON', 'PUT', FLOW, 'hello', 400],
  ['no body', 'PUT', FLOW, undefined, 400],
  ['a list for a flow', 'PUT', FLOW, '[]', 400],
  ['null for a flow', 'PUT', FLOW, 'null', 400],
  ['another id than the path', 'PUT', FLOW, json(videoFlow()), 400],
  [
    'a profile nobody made',
    'PUT',
    FLOW,
    json({ id: '{flow}', source_id: randomUUID(), profile_id: randomUUID() }),
    400,
  ],
  ['a flow id that is none', 'GET', '/flows/nonsense', undefined, 404],
  ['a flow nobody put', 'GET', `/flows/${randomUUID()}`, undefined, 404],
  ['a source nobody has', 'GET', `/sources/${randomUUID()}`, undefined, 404],
  ['an object nobody has', 'GET', '/objects/none', undefined, 404],
  ['a path nobody serves', 'GET', '/nothing/here', undefined, 404],
  ['a path that is no text', 'GET', '/flows/%E0%A4%A', undefined, 400],
  ['a deletion of no flow', 'DELETE', `/flows/${randomUUID()}`, undefined, 404],
  ['a deletion request that is none', 'GET', '/flow-delete-requests/nonsense', undefined, 404],
  ['a deletion request nobody made', 'GET', `/flow-delete-requests/${randomUUID()}`, undefined, 404],
  ['deletion requests by a page key of nobody', 'GET', '/flow-delete-requests?page=AAAA', undefined, 400],
  ['deletion requests by label', 'GET', '/flow-delete-requests?sort_by=label', undefined, 400],
  ['a request to delete nothing', 'POST', '/flow-delete-requests', '{}', 400],
  ['a request to delete no flow', 'POST', '/flow-delete-requests', json({ flow_id: randomUUID() }), 404],
  [
    'a request to delete a flow and but a part of it',
    'POST',
    '/flow-delete-requests',
    json({ flow_id: '{flow}', delete_flow: true, timerange: '[0:0_1:0)' }),
    400,
  ],
  [
    'a request to delete at no time',
    'POST',
    '/flow-delete-requests',
    json({ flow_id: '{flow}', timerange: 'yesterday' }),
    400,
  ],
  [
    'a request to delete what nobody knows',
    'POST',
    '/flow-delete-requests',
    json({ flow_id: '{flow}', what: 'all' }),
    400,
  ],
  ['segments for no flow', 'POST', `/flows/${randomUUID()}/segments`, segment('x', '[0:0_1:0)'), 404],
  ['a segment without a timerange', 'POST', SEGMENTS, json({ object_id: 'x' }), 400],
  ['a number for an object id', 'POST', SEGMENTS, segment(7, '[0:0_1:0)'), 400],
  ['an inverted timerange', 'POST', SEGMENTS, segment('x', '[2:0_1:0)'), 400],
  ['ten-digit nanoseconds', 'POST', SEGMENTS, segment('x', '[0:1000000000_1:0)'), 400],
  ['seconds beyond 48 bits', 'POST', SEGMENTS, segment('x', '[0:0_281474976710656:0)'), 400],
  ['a timerange without end', 'POST', SEGMENTS, segment('x', '[0:0_'), 400],
  ['an excluded start', 'POST', SEGMENTS, segment('x', '(0:0_1:0)'), 400],
  ['an empty timerange', 'POST', SEGMENTS, segment('x', '()'), 400],
  ['an object nobody allocated', 'POST', SEGMENTS, segment('x', '[0:0_1:0)'), 400],
  ['an object id that climbs', 'POST', SEGMENTS, segment('../../etc/passwd', '[0:0_1:0)'), 400],
  ['a body 100,000 deep', 'POST', SEGMENTS, deep(100_000), 400],
  ['tags 100,000 deep', 'PUT', FLOW, `{"tags":${deep(100_000)}}`, 400],
  ['a body four million deep', 'POST', SEGMENTS, deep(4_000_000), 400],
  ['a body of 9 MiB', 'POST', SEGMENTS, json('x'.repeat(9 * 2 ** 20)), 413],
  [
    '5,001 segments',
    'POST',
    SEGMENTS,
    json(Array(5001).fill({ object_id: 'x', timerange: '[0:0_1:0)' })),
    400,
  ],
  ['a page key of nobody', 'GET', `${SEGMENTS}?page=AAAA`, undefined, 400],
  ['a limit of zero', 'GET', `${SEGMENTS}?limit=0`, undefined, 400],
  ['a limit that is no number', 'GET', `${SEGMENTS}?limit=many`, undefined, 400],
  ['a timerange that is none', 'GET', `${SEGMENTS}?timerange=yesterday`, undefined, 400],
  ['a parameter nobody knows', 'GET', `${SEGMENTS}?colour=red`, undefined, 400],
  ['a parameter twice', 'GET', '/flows?label=a&label=b', undefined, 400],
  ['a flag that is neither', 'GET', `${SEGMENTS}?reverse_order=perhaps`, undefined, 400],
  ['limit and ids at once', 'POST', STORAGE, json({ limit: 1, object_ids: ['a'] }), 400],
  ['a backend nobody has', 'POST', STORAGE, json({ storage_id: randomUUID() }), 400],
  ['an object id with NUL', 'POST', STORAGE, json({ object_ids: ['a\u0000b'] }), 400],
  ['an endless object id', 'POST', STORAGE, json({ object_ids: ['x'.repeat(5000)] }), 400],
]

describe('bad input', () => {
  const service = serviceOfSuite()
  let flow: string

  beforeAll(async () => {
    flow = await putFlow(service.url)
  })

  it.each(badRequests)('%s is refused with the error body', async (_what, method, path, body, status) => {
    const answer = await sendRaw(
      service.url + path.replace('{flow}', flow),
      method,
      body?.replace('{flow}', flow),
    )
    expect(answer).toMatchObject({
      status,
      body: {
        type: expect.any(String),
        summary: expect.any(String),
        time: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    })
    expect(answer.body).not.toHaveProperty('traceback')
  })

  it('says that a body of another type than JSON is not read', async () => {
    const answer = await sendRaw(`${service.url}/flows/${flow}/segments`, 'POST', 'a=b', {
      'content-type': 'application/x-www-form-urlencoded',
    })
    expect(answer).toMatchObject({ status: 400, body: { type: 'unsupported_media_type' } })
  })

  it('refuses the page key of another list', async () => {
    const [first, second] = await allocate(service.url, flow, 2)
    const segments = `${service.url}/flows/${flow}/segments`
    await send(segments, 'POST', [
      { object_id: first?.object_id, timerange: '[0:0_1:0)' },
      { object_id: second?.object_id, timerange: '[1:0_2:0)' },
    ])
    const page = await send(`${segments}?limit=1`, 'GET')
    const key = page.headers.get('x-paging-nextkey')

    const same = await send(`${segments}?limit=1&page=${key}`, 'GET')
    const other = await send(`${segments}?reverse_order=true&page=${key}`, 'GET')

    expect(same).toMatchObject({ status: 200, body: [{ timerange: '[1:0_2:0)' }] })
    expect(other.status).toBe(400)
  })

  it('leaves queries out of the log, for a query may hold a signature', async () => {
    await send(`${service.url}/flows/${flow}/segments?limit=0&signature=s3cr3t`, 'GET')
    await expect.poll(() => service.log()).toContain('"status":400')
    expect(service.log()).not.toContain('s3cr3t')
  })
})
