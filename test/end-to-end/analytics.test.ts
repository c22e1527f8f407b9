import { randomUUID } from 'node:crypto'
import { get as httpGet } from 'node:http'
import { tableFromIPC } from 'apache-arrow'
import { describe, expect, it } from 'vitest'
import { readRows } from '../support/arrow/read-rows.ts'
import { runCli } from '../support/run-cli.ts'
import { serviceOfSuite, startService, withFolder } from '../support/running-service.ts'
import { fillFlow, listSegments, putFlow, send, sendRaw, videoFlow } from '../support/tams-requests.ts'

const ARROW = 'application/vnd.apache.arrow.stream'

type Row = Record<string, unknown> & { readonly dimension: string; readonly value: string | null }

describe('analytics', () => {
  const service = serviceOfSuite()

  /** A view that includes all that was answered so far. */
  const view = async (path: string, url = service.url): Promise<readonly Row[]> => {
    const { status, body } = await sendRaw(`${url}/analytics/${path}`, 'GET', undefined, await upToDate(url))
    expect(status).toBe(200)
    return body as Row[]
  }
  const upToDate = async (url = service.url) => {
    const { log_position } = (await (await fetch(`${url}/health`)).json()) as { log_position: number }
    return { 'framelog-position': String(log_position) }
  }
  const rowOf = (rows: readonly Row[], dimension: string, value: string | null = null) =>
    rows.find((row) => row.dimension === dimension && row.value === value)
  const arrow = async (path: string, accept = ARROW) => {
    const headers = { accept, ...(await upToDate()) }
    const response = await fetch(`${service.url}/analytics/${path}`, { headers })
    expect([response.status, response.headers.get('content-type')]).toEqual([200, ARROW])
    return tableFromIPC(new Uint8Array(await response.arrayBuffer()))
  }

  it('tells of a flow what it takes up, and goes along when it changes', async () => {
    const source_id = randomUUID()
    const flow = videoFlow({
      source_id,
      avg_bit_rate: 8,
      status: 'ingesting',
      tags: { genre: ['news', 'x'] },
    })
    await send(`${service.url}/flows/${flow.id}`, 'PUT', flow)
    await fillFlow(service.url, flow.id, 3)
    const usage = await view(`flow-usage?source_id=${source_id}`)
    const told = {
      flows: 1,
      flows_with_segments: 1,
      flows_without_bit_rate: 0,
      segments: 3,
      duration: '3:0',
      estimated_bytes: '3000',
      objects: 3,
      measured_objects: 0,
      measured_bytes: '0',
      average_object_bytes: null,
    }
    expect(usage).toEqual([
      { dimension: 'total', value: null, ...told },
      { dimension: 'format', value: 'urn:x-nmos:format:video', ...told },
      { dimension: 'codec', value: 'video/h264', ...told },
      { dimension: 'container', value: 'video/mp2t', ...told },
      { dimension: 'resolution', value: '1920x1080', ...told },
      { dimension: 'frame_rate', value: '25', ...told },
      { dimension: 'status', value: 'ingesting', ...told },
    ])
    expect(await view('flow-usage?tag.genre=other,news')).toEqual(usage)
    expect(await view(`flow-usage?flow_id=${flow.id}&timerange=[2:0_9:0)`)).toEqual(usage)
    expect(rowOf(await view('flow-usage?tag.genre=other'), 'total')).toMatchObject({ flows: 0, segments: 0 })

    await send(`${service.url}/flows/${flow.id}`, 'PUT', {
      ...flow,
      codec: 'video/hevc',
      status: 'closed_complete',
    })
    const changed = await view(`flow-usage?source_id=${source_id}`)
    expect(rowOf(changed, 'codec', 'video/hevc')).toEqual({
      dimension: 'codec',
      value: 'video/hevc',
      ...told,
    })
    expect(rowOf(changed, 'codec', 'video/h264')).toBeUndefined()
    const all = await view('flow-usage')
    expect(rowOf(all, 'codec', 'video/hevc')).toMatchObject({ flows: 1, segments: 3 })

    await send(`${service.url}/flows/${flow.id}`, 'DELETE')
    expect(rowOf(await view('flow-usage'), 'codec', 'video/hevc')).toBeUndefined()
  })

  it('tells of segments in time, over whole hours and parts of them', async () => {
    const flow = await putFlow(service.url)
    // Two seconds every two seconds, over three hours, but for one.
    const starts = Array.from({ length: 5_400 }, (_, index) => 2 * index).filter((at) => at !== 4_000)
    const segments = starts.map((at) => ({
      object_id: 'shared',
      timerange: `[${at}:0_${at + 2}:0)`,
      object_timerange: '[0:0_20000:0)',
      ...(at === 0 && { get_urls: [{ label: 'web', url: 'https://example.com/shared' }] }),
    }))
    for (let from = 0; from < segments.length; from += 2_700) {
      await send(`${service.url}/flows/${flow}/segments`, 'POST', segments.slice(from, from + 2_700))
    }
    const part = await view(`time-range-analysis?flow_id=${flow}&timerange=(1001:0_9000:0]`)
    const expected = {
      segments: 4_000,
      duration: '8000:0',
      shortest: '2:0',
      mean: '2:0',
      longest: '2:0',
      first: '1000:0',
      last: '9002:0',
      span: '8002:0',
      gaps: 1,
      gap_duration: '2:0',
      coverage: '0.999750062',
    }
    expect(rowOf(part, 'total')).toEqual({ dimension: 'total', value: null, ...expected })
    expect(rowOf(part, 'flow_id', flow)).toEqual({ dimension: 'flow_id', value: flow, ...expected })
    expect(rowOf(part, 'duration_up_to', '2:0')).toMatchObject({ segments: 4_000 })
    const short = await view(`time-range-analysis?flow_id=${flow}&timerange=[3998:0_4004:0)`)
    expect(rowOf(short, 'total')).toMatchObject({ segments: 2, first: '3998:0', last: '4004:0', gaps: 1 })
    expect(rowOf(await view(`storage-usage?flow_id=${flow}`), 'total')).toMatchObject({
      objects: 1,
      instances: 0,
    })
  })

  it('pages through the flows of an analysis', async () => {
    const source_id = randomUUID()
    const ids = await Promise.all([1, 2, 3].map(() => putFlow(service.url, { source_id })))
    const headers = await upToDate()
    const found: unknown[] = []
    let next: string | undefined =
      `${service.url}/analytics/time-range-analysis?source_id=${source_id}&limit=2`
    for (; next !== undefined; ) {
      const { body, headers: told } = await sendRaw(next, 'GET', undefined, headers)
      found.push(
        ...(body as Row[]).filter(({ dimension }) => dimension === 'flow_id').map(({ value }) => value),
      )
      next = told.get('link')?.match(/<(.+)>; rel="next"/)?.[1]
    }
    expect(found).toEqual(ids.sort())
  })

  it('sums up the catalog, and what came in this hour', async () => {
    const summary = await view('catalog-summary?hours=1')
    const { log_position } = (await (await fetch(`${service.url}/health`)).json()) as { log_position: number }
    expect(rowOf(summary, 'position', 'analytics')).toMatchObject({ count: log_position })
    expect(summary.filter(({ dimension }) => dimension === 'ingest')).toHaveLength(1)
    const flows = (await view('flow-usage')).find(({ dimension }) => dimension === 'total')
    expect(rowOf(summary, 'resources', 'flows')).toMatchObject({ count: flows?.['flows'] })
  })

  it('gives the same rows as Arrow to who likes that better', async () => {
    const rows = await view('storage-usage')
    const table = await arrow('storage-usage', `application/json;q=0.5, ${ARROW};q=0.6`)
    const told = readRows(table).map((row) => [row['dimension'], row['value'], Number(row['objects'])])
    expect(told).toEqual(rows.map((row) => [row.dimension, row.value, row['objects']]))
    const json = await fetch(`${service.url}/analytics/storage-usage`, {
      headers: { accept: `application/json, ${ARROW};q=0.6` },
    })
    expect(json.headers.get('content-type')).toBe('application/json')
  })

  it.each([
    ['flow-usage', 'text/html'],
    ['flow-usage', `${ARROW};q=0, application/json;q=0`],
    ['tables/flows', 'application/json'],
  ])('refuses %s as %s', async (path, accept) => {
    const { status } = await sendRaw(`${service.url}/analytics/${path}`, 'GET', undefined, { accept })
    expect(status).toBe(406)
  })

  it.each([
    ['flow-usage?flow_id=x', 400],
    ['flow-usage?timerange=[9:0_1:0)', 400],
    ['flow-usage?colour=red', 400],
    ['flow-usage?tag_exists.x=true', 400],
    ['catalog-summary?hours=0', 400],
    ['catalog-summary?hours=9999', 400],
    ['time-range-analysis?page=x', 400],
    ['time-range-analysis?limit=0', 400],
    ['tables/flows?columns=', 400],
    ['tables/flows?columns=id,nope', 400],
    ['tables/flows?columns=id,id', 400],
    ['tables/flows?timerange=[0:0_1:0)', 400],
    ['tables/objects?flow_id=00000000-0000-4000-8000-000000000000', 400],
    ['tables/secrets', 404],
    ['other', 404],
  ])('refuses %s with %i', async (path, status) => {
    expect((await send(`${service.url}/analytics/${path}`, 'GET')).status).toBe(status)
  })

  it('exports every table as the API tells it', async () => {
    const source_id = randomUUID()
    const [one = '', two = ''] = [
      await putFlow(service.url, {
        source_id,
        label: 'ü',
        tags: { a: 'b', list: ['1', '2'] },
        avg_bit_rate: 5,
      }),
      await putFlow(service.url, { source_id }),
    ].sort()
    await fillFlow(service.url, one, 5)
    await fillFlow(service.url, two, 3)
    const [first] = await listSegments(service.url, one)
    await send(`${service.url}/flows/${one}/segments/${first!.object_id}/tags/scene`, 'PUT', 'goal')
    const body = async (path: string) =>
      (await send(`${service.url}${path}`, 'GET')).body as Record<string, unknown>

    const segments = readRows(await arrow(`tables/segments?source_id=${source_id}`))
    const listed = await Promise.all(
      [one, two].map(async (flow_id) =>
        (await listSegments(service.url, flow_id)).map((segment) => ({ flow_id, ...segment })),
      ),
    )
    const facts = (row: Record<string, unknown>) => {
      const { flow_id, object_id, timerange, ts_offset, tags } = row
      const asText = typeof tags === 'object' && tags !== null ? JSON.stringify(tags) : (tags ?? null)
      return { flow_id, object_id, timerange, ts_offset: ts_offset ?? null, tags: asText }
    }
    expect(segments.map(facts)).toEqual(listed.flat().map(facts))

    const part = await arrow(
      `tables/segments?flow_id=${one}&timerange=[1:500000000_3:0)&columns=start_s,duration`,
    )
    expect(readRows(part)).toEqual([
      { start_s: 1n, duration: '1.000000000' },
      { start_s: 2n, duration: '1.000000000' },
    ])

    const [flow] = readRows(await arrow(`tables/flows?flow_id=${one}`))
    const got = await body(`/flows/${one}`)
    expect(flow).toMatchObject({
      id: one,
      label: got['label'] ?? null,
      tags: got['tags'] ? JSON.stringify(got['tags']) : null,
      frame_width: 1920n,
      frame_rate_numerator: 25n,
      frame_rate_denominator: 1n,
      metadata_version: got['metadata_version'],
      created: BigInt(Date.parse(String(got['created']))),
      segments_updated: BigInt(Date.parse(String(got['segments_updated']))),
    })
    expect(readRows(await arrow(`tables/flows?source_id=${source_id}`)).map(({ id }) => id)).toEqual([
      one,
      two,
    ])
    const [source] = readRows(await arrow(`tables/sources?source_id=${source_id}&columns=format,id`))
    expect(source).toEqual({ format: 'urn:x-nmos:format:video', id: source_id })
    const objects = readRows(await arrow('tables/objects'))
    const object = await body(`/objects/${first!.object_id}`)
    expect(objects.find(({ id }) => id === first!.object_id)).toMatchObject({
      role: 'media',
      first_referenced_by_flow: object['first_referenced_by_flow'],
      timerange: object['timerange'],
    })
    for (const table of ['webhooks', 'deletion_requests', 'profiles']) await arrow(`tables/${table}`)
  })

  it('prints a view as tables, or as JSON', async () => {
    const source_id = randomUUID()
    const flow = await putFlow(service.url, { source_id })
    await fillFlow(service.url, flow, 2)
    await view('catalog-summary')
    const args = ['analytics', 'flow-usage', '--url', service.url, '--source', source_id]
    const { code, stdout } = await runCli(args)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^DIMENSION +VALUE +FLOWS .*\ntotal +- +1 +1 +1 +2 +2:0 /)
    const json = await runCli([...args, '--json'])
    const lines = json.stdout.trim().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as Row).dimension)).toContain('codec')
    expect((await runCli(['analytics', 'everything'])).code).toBe(2)
    expect((await runCli([...args, '--timerange', 'soon'])).code).toBe(2)
  })

  it('never exports the key of a webhook', async () => {
    const hook = {
      url: 'http://127.0.0.1:9/',
      events: ['flows/created'],
      api_key_name: 'x',
      api_key_value: 'geheim',
    }
    await send(`${service.url}/service/webhooks`, 'POST', hook)
    const response = await fetch(`${service.url}/analytics/tables/webhooks`)
    const bytes = Buffer.from(await response.arrayBuffer())
    const [row] = readRows(tableFromIPC(bytes))
    expect(row).toMatchObject({
      url: hook.url,
      events: hook.events,
      api_key_name: 'x',
      status: expect.any(String),
    })
    expect(bytes.includes('geheim')).toBe(false)
  })

  it('goes on where a client leaves in the middle of a table', async () => {
    const flow = await putFlow(service.url)
    await fillFlow(service.url, flow, 5_000)
    await new Promise<void>((resolve, reject) => {
      httpGet(`${service.url}/analytics/tables/segments`, (response) => {
        response.once('data', () => response.destroy())
        response.once('close', () => resolve())
      }).once('error', reject)
    })
    const head = await fetch(`${service.url}/analytics/tables/segments`, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-type')]).toEqual([200, ARROW])
    expect((await arrow(`tables/segments?flow_id=${flow}&columns=object_id`)).numRows).toBe(5_000)
    expect(service.log()).not.toContain('"level":50')
  })

  it('goes on after a kill, and can be switched off', async () => {
    await withFolder(async (folder) => {
      const first = await startService(folder)
      const flow = await putFlow(first.url)
      await fillFlow(first.url, flow, 10)
      await first.kill()
      const second = await startService(folder)
      expect(rowOf(await view('flow-usage', second.url), 'total')).toMatchObject({ flows: 1, segments: 10 })
      await second.stop()
      const third = await startService(folder, { ANALYTICS_ENABLED: 'false' })
      expect((await fetch(`${third.url}/analytics/flow-usage`)).status).toBe(404)
      expect(JSON.stringify(await (await fetch(`${third.url}/openapi.json`)).json())).not.toContain(
        '/analytics/',
      )
      await third.stop()
    })
  })
})
