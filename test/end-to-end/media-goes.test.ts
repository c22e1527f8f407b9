import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { startService, temporaryFolder } from '../support/running-service.ts'
import { allocate, listSegments, putFlow, send, videoFlow } from '../support/tams-requests.ts'

/** How many objects have media in the local folder, or had a moment ago. */
const mediaIn = (folder: string): number =>
  foldersIn(join(folder, 'media')).filter((path) => path.length > 30).length

/** The names of folders, however deep; others may remove them meanwhile. */
function foldersIn(path: string): readonly string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .flatMap(({ name }) => [name, ...foldersIn(join(path, name))])
  } catch {
    return []
  }
}

/** New objects of a flow, each with its media. */
async function upload(url: string, flow: string, count: number): Promise<readonly string[]> {
  const objects = await allocate(url, flow, count)
  await Promise.all(
    objects.map(async ({ put_url }) => {
      const headers = { 'content-type': put_url['content-type'] }
      expect((await fetch(put_url.url, { method: 'PUT', headers, body: 'media' })).status).toBeLessThan(300)
    }),
  )
  return objects.map(({ object_id }) => object_id)
}

const segments = (ids: readonly string[], more: object = {}) =>
  ids.map((object_id, second) => ({ object_id, timerange: `[${second}:0_${second + 1}:0)`, ...more }))

describe('deleting a flow', () => {
  const folder = temporaryFolder()
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('has its media go, but for what another flow uses, and init objects with the last that needs them', async () => {
    const service = await startService(folder)
    const essence_parameters = {
      frame_width: 1920,
      frame_height: 1080,
      frame_rate: { numerator: 25 },
      init_segments: true,
    }
    const [flow, copy] = [
      await putFlow(service.url, { essence_parameters }),
      await putFlow(service.url, { essence_parameters }),
    ]
    const [init, ...media] = await upload(service.url, flow, 6)
    const post = (id: string, body: unknown) => send(`${service.url}/flows/${id}/segments`, 'POST', body)
    const own = { init_object_id: init }
    expect((await post(flow, segments(media, own))).status).toBe(201)
    expect((await post(copy, segments(media.slice(0, 2), own))).status).toBe(201)
    expect(mediaIn(folder)).toBe(6)

    expect((await send(`${service.url}/flows/${flow}`, 'DELETE')).status).toBe(204)
    await expect.poll(() => mediaIn(folder)).toBe(3)
    for (const { get_urls } of await listSegments(service.url, copy)) {
      expect(await (await fetch(get_urls[0]!.url)).text()).toBe('media')
    }
    const metrics = await (await fetch(`${service.url}/metrics`)).text()
    expect(metrics).toMatch(/^framelog_purges_pending\{storage_id="[^"]+"\} \d+$/m)

    expect((await send(`${service.url}/flows/${copy}`, 'DELETE')).status).toBe(204)
    await expect.poll(() => mediaIn(folder)).toBe(0)
    await service.stop()
  })
})

describe('a service that is killed while media goes', () => {
  const folder = temporaryFolder()
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('goes on at its next start, until all is gone and nothing else', async () => {
    const start = () => startService(folder, { DELETE_WAIT_MS: '0' })
    let service = await start()
    const flow = await putFlow(service.url)
    const ids: string[] = []
    while (ids.length < 800) ids.push(...(await upload(service.url, flow, 100)))
    const [kept] = await upload(service.url, flow, 1)
    const posted = await send(`${service.url}/flows/${flow}/segments`, 'POST', segments(ids))
    expect(posted.status).toBe(201)
    expect(mediaIn(folder)).toBe(801)
    await send(`${service.url}/flows/${flow}`, 'DELETE')
    for (let kills = 0; kills < 3; kills++) {
      const before = mediaIn(folder)
      if (before === 1) break
      await expect.poll(() => mediaIn(folder), { interval: 2 }).toBeLessThan(before)
      await service.kill()
      service = await start()
    }
    await expect.poll(() => mediaIn(folder), { timeout: 60_000 }).toBe(1)
    // The deletion may end a moment after the last of the media is gone.
    const put = () => send(`${service.url}/flows/${flow}`, 'PUT', videoFlow({ id: flow }))
    await expect.poll(async () => (await put()).status).toBe(201)
    const again = await send(`${service.url}/flows/${flow}/segments`, 'POST', [
      { object_id: kept, timerange: '[0:0_1:0)' },
    ])
    expect(again.status).toBe(201)
    await service.stop()
  })
})
