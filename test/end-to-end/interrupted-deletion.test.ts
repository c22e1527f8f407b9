import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { streamName } from '../../contracts/events/stream-name.ts'
import type { DeletionRequest } from '../../contracts/resources/deletion-request.ts'
import { openSqliteEventLog } from '../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { soundModelOf } from '../support/command-harness.ts'
import { startService, temporaryFolder } from '../support/running-service.ts'
import { allocate, fillFlow, listSegments, putFlow, send, videoFlow } from '../support/tams-requests.ts'
import { writeEvents } from '../support/write-events.ts'

/** Deletes a flow as earlier releases did, and not its segments. */
const deleteFlowAndDie = (dataDir: string, flow_id: string, source_id: string) =>
  writeEvents(dataDir, streamName.flow(flow_id), { type: 'FlowDeleted', data: { flow_id, source_id } })

/** Asks for a flow's deletion, and does not delete the flow. */
async function requestDeletionAndDie(
  dataDir: string,
  flow_id: string,
  flow_revision: number,
): Promise<string> {
  const deletion_id = randomUUID()
  await writeEvents(dataDir, streamName.deletion(deletion_id), {
    type: 'DeletionRequested',
    data: {
      deletion_id,
      flow_id,
      timerange_to_delete: '[0:0_3:0)',
      delete_flow: true,
      flow_revision,
      timeline_revision: 0,
    },
  })
  return deletion_id
}

describe('a deletion that was cut short', () => {
  const folder = temporaryFolder()
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('is finished at the next start: nothing is listed, and the id is free again', async () => {
    let service = await startService(folder)
    const source_id = randomUUID()
    const flow = await putFlow(service.url, { source_id })
    const objects = await allocate(service.url, flow, 600)
    const segments = objects.map(({ object_id }, index) => ({
      object_id,
      timerange: `[${index}:0_${index + 1}:0)`,
    }))
    await send(`${service.url}/flows/${flow}/segments`, 'POST', segments)
    expect(await listSegments(service.url, flow)).toHaveLength(600)
    await service.stop()
    await deleteFlowAndDie(folder, flow, source_id)

    service = await startService(folder)

    expect((await send(`${service.url}/flows/${flow}`, 'GET')).status).toBe(404)
    expect(await listSegments(service.url, flow)).toEqual([])
    const putAgain = async () =>
      (await send(`${service.url}/flows/${flow}`, 'PUT', videoFlow({ id: flow }))).status
    await expect.poll(putAgain).toBe(201)
    expect(await listSegments(service.url, flow)).toEqual([])
    await service.stop()
  })
})

describe('a deletion of which only the request was written', () => {
  const folder = temporaryFolder()
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('is carried out; but not of a flow that was changed since, and that is said', async () => {
    let service = await startService(folder)
    const [gone, changed] = [await putFlow(service.url), await putFlow(service.url)]
    for (const flow of [gone, changed]) await fillFlow(service.url, flow, 3)
    await service.stop()
    const done = await requestDeletionAndDie(folder, gone, 0)
    const failed = await requestDeletionAndDie(folder, changed, -1)

    service = await startService(folder, { DELETION_RETENTION_SECONDS: '60' })
    const request = async (id: string) =>
      (await send(`${service.url}/flow-delete-requests/${id}`, 'GET')).body as DeletionRequest
    const statuses = async () => [(await request(done)).status, (await request(failed)).status]
    await expect.poll(statuses).toStrictEqual(['done', 'error'])

    expect((await send(`${service.url}/flows/${gone}`, 'GET')).status).toBe(404)
    expect((await send(`${service.url}/flows/${gone}`, 'PUT', videoFlow({ id: gone }))).status).toBe(201)
    expect(await listSegments(service.url, changed)).toHaveLength(3)
    const { updated, ...told } = await request(failed)
    expect(told).toStrictEqual({
      id: failed,
      flow_id: changed,
      timerange_to_delete: '[0:0_3:0)',
      timerange_remaining: '[0:0_3:0)',
      delete_flow: true,
      created: expect.any(String),
      created_by: 'ada',
      expiry: new Date(Date.parse(updated!) + 60_000).toISOString(),
      status: 'error',
      error: { type: 'flow_changed', summary: expect.any(String), time: updated },
    })
    await service.stop()
  })
})

describe('a large deletion', () => {
  const folder = temporaryFolder()
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('goes on after each kill, and ends with nothing left and every reference counted', async () => {
    const start = () => startService(folder, { DELETE_WAIT_MS: '0' })
    let service = await start()
    const flow = await putFlow(service.url)
    const copy = await putFlow(service.url)
    const objects = await fillFlow(service.url, flow, 8000)
    const reused = [0, 4000, 7999].map((second) => ({
      object_id: objects[second],
      timerange: `[${second}:0_${second + 1}:0)`,
      ts_offset: `${second}:0`,
    }))
    expect((await send(`${service.url}/flows/${copy}/segments`, 'POST', reused)).status).toBe(201)
    const accepted = await send(`${service.url}/flows/${flow}`, 'DELETE')
    expect(accepted.status).toBe(202)
    const { id } = accepted.body as { id: string }
    const request = async () =>
      (await send(`${service.url}/flow-delete-requests/${id}`, 'GET')).body as DeletionRequest

    const remaining: (string | undefined)[] = [(await request()).timerange_remaining]
    while (remaining.length < 4 && remaining.at(-1) !== '()') {
      const looking = async () => (await request()).timerange_remaining
      await expect.poll(looking, { interval: 2 }).not.toBe(remaining.at(-1))
      await service.kill()
      service = await start()
      expect((await send(`${service.url}/flows/${flow}`, 'GET')).status).toBe(404)
      remaining.push((await request()).timerange_remaining)
    }
    await expect.poll(async () => (await request()).status, { timeout: 60_000 }).toBe('done')

    expect(new Set(remaining).size).toBe(remaining.length)
    expect(await listSegments(service.url, copy)).toHaveLength(3)
    const put = await send(`${service.url}/flows/${flow}`, 'PUT', videoFlow({ id: flow }))
    expect(put.status).toBe(201)
    expect(await listSegments(service.url, flow)).toEqual([])
    await service.stop()
    const log = openSqliteEventLog({ path: join(folder, 'events.db') })
    const model = await soundModelOf(log)
    await log.close()
    const references = new Map([...model.objects].map(([object, { references: count }]) => [object, count]))
    const used = [...references].filter(([, count]) => count > 0)
    expect(new Map(used)).toEqual(new Map(reused.map(({ object_id }) => [object_id, 1])))
  })
})
