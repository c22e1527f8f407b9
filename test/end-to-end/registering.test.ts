import { describe, expect, it } from 'vitest'
import { parseTimeRange } from '../../contracts/time/timerange.ts'
import { overlaps } from '../../contracts/time/timerange-algebra.ts'
import { serviceOfSuite } from '../support/running-service.ts'
import { allocate, listSegments, putFlow, send } from '../support/tams-requests.ts'

describe('registering Flow Segments over HTTP', () => {
  const service = serviceOfSuite()

  it('makes one segment of 100 identical requests at once, and tells all of them that it is there', async () => {
    const flow = await putFlow(service.url)
    const [object] = await allocate(service.url, flow, 1)
    const segment = { object_id: object?.object_id, timerange: '[0:0_1:0)' }

    const answers = await Promise.all(
      Array.from({ length: 100 }, () => send(`${service.url}/flows/${flow}/segments`, 'POST', segment)),
    )

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    expect(await listSegments(service.url, flow)).toMatchObject([segment])
  })

  it('never lets segments overlap, however many arrive at once', async () => {
    const flow = await putFlow(service.url)
    const objects = await allocate(service.url, flow, 50)

    const answers = await Promise.all(
      objects.map(({ object_id }, index) =>
        send(`${service.url}/flows/${flow}/segments`, 'POST', {
          object_id,
          timerange: `[${index}:0_${index + 3}:0)`,
        }),
      ),
    )

    const accepted = answers.filter(({ status }) => status === 201)
    const refused = answers.filter(({ status }) => status === 400)
    expect(accepted.length + refused.length).toBe(50)
    const listed = await listSegments(service.url, flow)
    expect(listed.length).toBe(accepted.length)
    const ranges = listed.map(({ timerange }) => parseTimeRange(timerange))
    for (const [index, range] of ranges.entries()) {
      const next = ranges[index + 1]
      if (next) expect(overlaps(range, next)).toBe(false)
    }
  })

  it('shows every accepted segment to the next request', async () => {
    const flow = await putFlow(service.url)
    const objects = await allocate(service.url, flow, 64)

    const seen = await Promise.all(
      objects.map(async ({ object_id }, index) => {
        const timerange = `[${index}:0_${index + 1}:0)`
        const posted = await send(`${service.url}/flows/${flow}/segments`, 'POST', { object_id, timerange })
        const listed = await listSegments(service.url, flow, `?object_id=${object_id}`)
        return `${posted.status}, then ${listed.length} listed`
      }),
    )

    expect(new Set(seen)).toEqual(new Set(['201, then 1 listed']))
  })

  it('takes the good segments of a list and names the others', async () => {
    const flow = await putFlow(service.url)
    const [first, second] = await allocate(service.url, flow, 2)

    const { status, body } = await send(`${service.url}/flows/${flow}/segments`, 'POST', [
      { object_id: first?.object_id, timerange: '[0:0_2:0)' },
      { object_id: second?.object_id, timerange: '[1:0_3:0)' },
      { object_id: 'never-allocated', timerange: '[5:0_6:0)' },
      { object_id: second?.object_id, timerange: '[2:0]' },
    ])

    expect(status).toBe(200)
    expect(body).toMatchObject({
      failed_segments: [
        { object_id: second?.object_id, timerange: '[1:0_3:0)', error: { type: 'segment_overlaps' } },
        { object_id: 'never-allocated', timerange: '[5:0_6:0)', error: { type: 'object_unknown' } },
      ],
    })
    const listed = await listSegments(service.url, flow)
    expect(listed.map(({ timerange }) => timerange)).toEqual(['[0:0_2:0)', '[2:0]'])
  })
})
