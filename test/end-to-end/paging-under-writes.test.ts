import { beforeAll, describe, expect, it } from 'vitest'
import { serviceOfSuite } from '../support/running-service.ts'
import { allocate, putFlow, send, type TamsAnswer } from '../support/tams-requests.ts'

const nextOf = ({ headers }: TamsAnswer): string | undefined =>
  headers.get('link')?.match(/<(.+)>; rel="next"/)?.[1]

/**
 * Reads page after page, each while `write` is under way.
 * @param write is called `writes` times at most, since a list that grows at its end has no last page
 */
async function walk<T>(
  first: string,
  writes: number,
  write: (at: number) => Promise<void>,
): Promise<readonly T[]> {
  const items: T[] = []
  let next: string | undefined = first
  for (let at = 0; next !== undefined; at++) {
    const [page] = await Promise.all([send(next, 'GET'), at < writes ? write(at) : undefined])
    items.push(...(page.body as T[]))
    next = nextOf(page)
  }
  return items
}

const only = <T>(items: readonly T[], wanted: readonly T[]): readonly T[] => {
  const set = new Set(wanted)
  return items.filter((item) => set.has(item))
}

describe('pages of Flows while others come and go', () => {
  const service = serviceOfSuite()
  const steady: string[] = []

  beforeAll(async () => {
    for (let i = 0; i < 160; i++) {
      // Some share a label, and some have none.
      const label = i % 5 === 0 ? {} : { label: `flow ${(i * 37) % 80}` }
      steady.push(await putFlow(service.url, label))
    }
  })

  const walkWhileWriting = async (query: string) => {
    const passing: string[] = []
    const ids = await walk<{ id: string }>(`${service.url}/flows?limit=9&${query}`, 40, async (at) => {
      const [oldest] = passing.splice(0, at < 4 ? 0 : 1)
      const [added] = await Promise.all([
        putFlow(service.url, at % 4 === 0 ? {} : { label: `flow ${(at * 31) % 80}` }),
        oldest && send(`${service.url}/flows/${oldest}`, 'DELETE'),
      ])
      passing.push(added)
    })
    await Promise.all(passing.map((id) => send(`${service.url}/flows/${id}`, 'DELETE')))
    return ids.map(({ id }) => id)
  }

  it.each(['created', 'metadata_updated', 'label'])(
    'sorted by %s, either way, have every Flow that was there throughout, once and in order',
    async (sort) => {
      for (const reverse of [false, true]) {
        const query = `sort_by=${sort}&reverse_order=${reverse}`
        const { body } = await send(`${service.url}/flows?limit=1000&${query}`, 'GET')
        const order = only(
          (body as { id: string }[]).map(({ id }) => id),
          steady,
        )
        const walked = await walkWhileWriting(query)
        expect(new Set(walked).size).toBe(walked.length)
        expect(only(walked, steady)).toEqual(order)
      }
    },
  )
})

describe('pages of Flow Segments while others come and go', () => {
  const service = serviceOfSuite()
  const COUNT = 250
  const steady = Array.from({ length: COUNT }, (_, i) => `[${2 * i}:0_${2 * i + 1}:0)`)
  const between = (i: number) => `[${2 * i + 1}:0_${2 * i + 2}:0)`
  let segments: string
  let spare: string[]

  beforeAll(async () => {
    const flow = await putFlow(service.url)
    segments = `${service.url}/flows/${flow}/segments`
    const objects = (await allocate(service.url, flow, COUNT + 400)).map(({ object_id }) => object_id)
    const posts = steady.map((timerange, i) => ({ object_id: objects[i], timerange }))
    expect((await send(segments, 'POST', posts)).status).toBe(201)
    spare = objects.slice(COUNT)
  })

  it.each([
    ['', steady],
    ['timerange=_', steady],
    [`timerange=${encodeURIComponent('[101:0_380:500000000)')}`, steady.slice(51, 191)],
    [`timerange=${encodeURIComponent('_200:0)')}`, steady.slice(0, 100)],
  ])(
    'with "%s", either way, have every segment that was there throughout, once and in order',
    async (query, expected) => {
      for (const reverse of [false, true]) {
        const passing: string[] = []
        const url = `${segments}?limit=7&accept_get_urls=&reverse_order=${reverse}&${query}`
        const walked = await walk<{ timerange: string }>(url, 40, async (at) => {
          const timerange = between((at * 89) % COUNT)
          const [oldest] = passing.splice(0, at < 4 ? 0 : 1)
          const [added] = await Promise.all([
            send(segments, 'POST', { object_id: spare.pop(), timerange }),
            oldest && send(`${segments}?timerange=${encodeURIComponent(oldest)}`, 'DELETE'),
          ])
          expect(added.status).toBe(201)
          passing.push(timerange)
        })
        for (const timerange of passing)
          await send(`${segments}?timerange=${encodeURIComponent(timerange)}`, 'DELETE')
        const timeranges = walked.map(({ timerange }) => timerange)
        expect(new Set(timeranges).size).toBe(timeranges.length)
        expect(only(timeranges, steady)).toEqual(reverse ? [...expected].reverse() : expected)
      }
    },
  )
})
