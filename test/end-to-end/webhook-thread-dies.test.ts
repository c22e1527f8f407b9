import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { expect, it } from 'vitest'
import { startService, withFolder } from '../support/running-service.ts'
import { putFlow, send } from '../support/tams-requests.ts'
import { until, webhookReceiver } from '../support/webhook-receiver.ts'

const DEATHS = 2

/** Without its tables nothing can be written down of how far webhooks have been told: that ends the thread. */
function spoil(folder: string): void {
  const database = new DatabaseSync(join(folder, 'webhooks.db'))
  database.exec('PRAGMA busy_timeout = 10000')
  database.exec('DROP TABLE subscribers; DROP TABLE handed_out')
  database.close()
}

it('a thread that tells webhooks and dies is started again, and tells everything', async () => {
  const receiver = await webhookReceiver()
  await withFolder(async (folder) => {
    const service = await startService(folder)
    const hook = { url: `${receiver.url}/`, events: ['flows/created'] }
    const { body } = await send(`${service.url}/service/webhooks`, 'POST', hook)
    const flows: string[] = []
    const told = () => [
      ...new Set(receiver.acknowledged('/').map(({ body }) => (body.event['flow'] as { id: string }).id)),
    ]
    const deaths = () => service.log().split('the delivery of webhooks has stopped').length - 1
    const health = async () => (await send(`${service.url}/health`, 'GET')).body as { checks: object }
    for (let death = 1; death <= DEATHS; death++) {
      flows.push(await putFlow(service.url))
      await until(() => told().length === flows.length, 'it is told')
      spoil(folder)
      await until(async () => {
        // It writes nothing down where nothing happens. And the service takes what it is sent all the while.
        flows.push(await putFlow(service.url))
        return deaths() === death
      }, 'the thread dies')
      flows.push(await putFlow(service.url))
    }
    await until(() => told().length === flows.length, 'all of it is told')
    expect(told()).toStrictEqual(flows)
    await expect.poll(async () => (await health()).checks).toMatchObject({ webhooks: { ok: true } })
    const { id } = body as { id: string }
    const { status } = await send(`${service.url}/service/webhooks/${id}`, 'GET')
    expect([status, deaths()]).toStrictEqual([200, DEATHS])
    expect(await service.stop()).toBe(0)
  })
  await receiver.close()
})
