import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { streamName } from '../../contracts/events/stream-name.ts'
import { openSqliteEventLog } from '../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { startService, temporaryFolder } from '../support/running-service.ts'
import { allocate, listSegments, putFlow, send, videoFlow } from '../support/tams-requests.ts'

/** Deletes a flow as a service does that is killed before it has deleted the flow's segments. */
async function deleteFlowAndDie(dataDir: string, flow_id: string, source_id: string): Promise<void> {
  const log = openSqliteEventLog({ path: join(dataDir, 'events.db') })
  const context = { commandId: randomUUID(), actor: null, correlationId: 'test', causationId: null }
  const deleted = { type: 'FlowDeleted', data: { flow_id, source_id } } as const
  await log.append(context, [
    { stream: streamName.flow(flow_id), expectedRevision: 'any', events: [deleted] },
  ])
  await log.close()
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
    await expect.poll(putAgain, { timeout: 20_000 }).toBe(201)
    expect(await listSegments(service.url, flow)).toEqual([])
    await service.stop()
  })
})
