import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { LEASE_TIMING } from '../../services/leases/lease-timing.ts'
import { startService, withFolder } from '../support/running-service.ts'
import { putFlow, send } from '../support/tams-requests.ts'
import { until, webhookReceiver } from '../support/webhook-receiver.ts'

const SUSPENSIONS = 2
const WEBHOOKS = 20
const FLOWS_BEFORE = 100
const LEASE_LOST = 'the lease could not be renewed in time'

/** How often the service has said it. */
const count = (log: string, said: string): number => log.split(said).length - 1

it('a service that stood still for longer than its leases last goes on, and tells every webhook of every event', async () => {
  const receiver = await webhookReceiver()
  await withFolder(async (folder) => {
    // given webhooks that are being told
    const service = await startService(folder)
    const ids = Array.from({ length: WEBHOOKS }, () => randomUUID())
    for (const id of ids) {
      const body = { url: `${receiver.url}/${id}`, events: ['flows/created'] }
      expect((await send(`${service.url}/service/webhooks`, 'POST', body)).status).toBe(201)
    }

    // when the process is suspended in the middle of it, again and again
    for (let round = 1; round <= SUSPENSIONS; round += 1) {
      await Promise.all(Array.from({ length: FLOWS_BEFORE }, () => putFlow(service.url)))
      service.process.kill('SIGSTOP')
      await delay(LEASE_TIMING.heldForMs + LEASE_TIMING.renewEveryMs)
      service.process.kill('SIGCONT')
      await until(() => count(service.log(), LEASE_LOST) >= round, 'its leases are lost', 60)
    }

    // then nothing is left out, and it ends well
    const flows = SUSPENSIONS * FLOWS_BEFORE
    const toldOf = (id: string) =>
      new Set(receiver.acknowledged(`/${id}`).map(({ headers }) => headers['ce-id'])).size
    await until(() => ids.every((id) => toldOf(id) === flows), 'every webhook knows of every flow', 300)
    expect(await service.stop()).toBe(0)
  })
  await receiver.close()
})
