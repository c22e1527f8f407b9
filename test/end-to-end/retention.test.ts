import { rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { taiOf } from '../../contracts/time/tai.ts'
import { type RunningService, startService, temporaryFolder } from '../support/running-service.ts'
import { allocate, fillFlow, listSegments, putFlow, send } from '../support/tams-requests.ts'

const HOUR = 3600
const SOON = { timeout: 60_000 }
const DRY_RUN = { RETENTION: 'dry-run', RETENTION_EVERY_SECONDS: '1' }
const ON = { RETENTION: 'on', RETENTION_EVERY_SECONDS: '1' }

/** What a service has logged with this message. */
const logged = ({ log }: RunningService, msg: string) =>
  log()
    .split('\n')
    .filter((line) => line.includes(msg))
    .map((line) => JSON.parse(line) as Record<string, unknown>)

const metricsOf = async ({ url }: RunningService) => (await fetch(`${url}/metrics`)).text()

/** Registers segments of ten minutes each, that ended so many minutes ago, TAI. @returns their objects */
async function recorded(url: string, flow: string, ...minutesAgo: number[]): Promise<readonly string[]> {
  const now = taiOf(Date.now()).seconds
  const objects = await allocate(url, flow, minutesAgo.length)
  const segments = minutesAgo.map((minutes, index) => {
    const end = now - minutes * 60
    return { object_id: objects[index]!.object_id, timerange: `[${end - 600}:0_${end}:0)` }
  })
  const { status, body } = await send(`${url}/flows/${flow}/segments`, 'POST', segments)
  if (status !== 201) throw new Error(`POST segments answered ${status}: ${JSON.stringify(body)}`)
  return objects.map(({ object_id }) => object_id)
}

const objectsOf = async (url: string, flow: string) =>
  (await listSegments(url, flow)).map(({ object_id }) => object_id)

describe('retention tags', () => {
  let folder: string
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('are ignored unless it is said, told of in a dry run, and acted on when it is on', async () => {
    const off = await startService(folder)
    const loop = await putFlow(off.url, { tags: { segment_retention_offset: `${HOUR}:0` } })
    const [old, straddling, recent] = await recorded(off.url, loop, 120, 55, 0)
    const zero = await putFlow(off.url, { tags: { segment_retention_offset: `${HOUR}:0` } })
    await fillFlow(off.url, zero, 2)
    const short = await putFlow(off.url, { tags: { flow_retention_offset: '0:1' } })
    expect(await metricsOf(off)).not.toContain('framelog_retention')
    expect(await off.stop()).toBe(0)
    expect(off.log()).not.toContain('retention')

    const dry = await startService(folder, DRY_RUN)
    await expect.poll(() => logged(dry, 'retention round').length, SOON).toBeGreaterThan(1)
    expect(logged(dry, 'retention would delete segments')).toMatchObject([
      { flow_id: loop, segments: 1, has_more: false },
    ])
    expect(logged(dry, 'retention would delete a flow')).toMatchObject([{ flow_id: short }])
    expect(logged(dry, 'retention leaves a flow alone')).toMatchObject([
      { flow_id: zero, reason: 'not_wall_clock' },
    ])
    expect(await objectsOf(dry.url, loop)).toStrictEqual([old, straddling, recent])
    expect((await send(`${dry.url}/flows/${short}`, 'GET')).status).toBe(200)
    expect(await metricsOf(dry)).toMatch(/framelog_retention_due_flows{kind="segments"} 1\n/)
    expect(await dry.stop()).toBe(0)

    const on = await startService(folder, ON)
    await expect.poll(() => objectsOf(on.url, loop), SOON).toStrictEqual([straddling, recent])
    await expect.poll(async () => (await send(`${on.url}/flows/${short}`, 'GET')).status, SOON).toBe(404)
    await expect.poll(() => metricsOf(on), SOON).toMatch(/skipped_flows{reason="not_wall_clock"} 1\n/)
    expect(await objectsOf(on.url, zero)).toHaveLength(2)
    expect(await metricsOf(on)).toMatch(/framelog_retention_deletions_total{kind="flow"} 1\n/)
    expect(await on.stop()).toBe(0)
  })

  it('are followed as they are changed while the service runs', async () => {
    const service = await startService(folder, ON)
    const { url } = service
    const flow = await putFlow(url, {})
    const [old, recent] = await recorded(url, flow, 30, 1)
    const offset = `${url}/flows/${flow}/tags/segment_retention_offset`
    const rounds = () =>
      metricsOf(service).then((text) => Number(text.match(/rounds_total{.*"done"} (\d+)/)?.[1] ?? 0))
    const atNextRound = async () => {
      const before = await rounds()
      await expect.poll(rounds, SOON).toBeGreaterThan(before + 1)
      return objectsOf(url, flow)
    }

    await send(offset, 'PUT', `${HOUR}:0`)
    expect(await atNextRound()).toStrictEqual([old, recent])
    await send(offset, 'PUT', '600:0')
    expect(await atNextRound()).toStrictEqual([recent])
    await send(offset, 'DELETE')
    expect(await atNextRound()).toStrictEqual([recent])
    expect(await service.stop()).toBe(0)
  })
})
