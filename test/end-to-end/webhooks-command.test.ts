import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli, startCli } from '../support/run-cli.ts'
import { operationsUrl } from '../support/running-part.ts'
import { type RunningService, startService, temporaryFolder, withFolder } from '../support/running-service.ts'
import { putFlow, send } from '../support/tams-requests.ts'
import { until, type WebhookReceiver, webhookReceiver } from '../support/webhook-receiver.ts'

type Listed = { readonly id: string; readonly behind: number; readonly [name: string]: unknown }

const events = ['flows/created']

async function register(service: RunningService, url: string): Promise<string> {
  const { body } = await send(`${service.url}/service/webhooks`, 'POST', { url, events })
  return (body as { id: string }).id
}

const isoTime = expect.stringMatching(/^20..-..-..T..:..:..\....Z$/)

describe('framelog webhooks', () => {
  const folder = temporaryFolder()
  const inFolder = ['--data-dir', folder]
  let service: RunningService
  let receiver: WebhookReceiver
  beforeAll(async () => {
    receiver = await webhookReceiver(({ path }) => (path === '/broken' ? 503 : 200))
    service = await startService(folder)
  })
  afterAll(async () => {
    await service.stop()
    await receiver.close()
  })

  const list = async (): Promise<readonly Listed[]> => {
    const { code, stdout, stderr } = await runCli(['webhooks', 'list', ...inFolder, '--json'])
    expect(code, stderr).toBe(0)
    return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
  }

  it('lists how far each has been told, and tells one again', async () => {
    const fine = await register(service, `${receiver.url}/fine`)
    const broken = await register(service, `${receiver.url}/broken`)
    for (let n = 0; n < 3; n++) await putFlow(service.url)
    await until(() => receiver.acknowledged('/fine').length === 3, 'it is told')
    const isKept = async () => {
      const all = await list()
      const isTold = all.some(({ id, ...told }) => id === fine && told.behind === 0 && told['last_delivery'])
      const isFailing = all.some(({ id, ...told }) => id === broken && told.behind > 0 && told['attempts'])
      const areStarted = all.every(({ status }) => status === 'started')
      return all.length === 2 && isTold && isFailing && areStarted
    }
    await until(isKept, 'it is written down')
    const byId = new Map((await list()).map((webhook) => [webhook.id, webhook]))
    expect(byId.get(fine)).toStrictEqual({
      id: fine,
      url: `${receiver.url}/fine`,
      status: 'started',
      behind: 0,
      last_delivery: isoTime,
    })
    expect(byId.get(broken)).toStrictEqual({
      id: broken,
      url: `${receiver.url}/broken`,
      status: 'started',
      behind: expect.any(Number),
      failing_since: isoTime,
      attempts: expect.any(Number),
      last_error: 'it answered 503',
    })
    const table = await runCli(['webhooks', ...inFolder])
    expect(table.stdout).toMatch(/^ID +STATUS +BEHIND +LAST DELIVERY +ATTEMPTS +LAST ERROR +URL\n/)
    expect(table.stdout).toContain('it answered 503')

    const first = receiver.acknowledged('/fine').map(({ headers }) => headers['ce-id'])
    for (const from of ['1', '2020-01-01T00:00:00Z']) {
      const before = receiver.acknowledged('/fine').length
      const replay = await runCli(['webhooks', 'replay', fine, '--from', from, ...inFolder])
      expect(replay).toMatchObject({ code: 0, stderr: 'it is told again from position 1 on\n' })
      await until(() => receiver.acknowledged('/fine').length === before + 3, 'it is told again')
      const again = receiver.acknowledged('/fine').slice(before)
      expect(again.map(({ headers }) => headers['ce-id'])).toStrictEqual(first)
    }
  })

  it.each([
    [2, ['replay', 'x', '--from', 'yesterday'], '--from is neither a position nor a time'],
    [2, ['replay', 'x', '--from', '1000000'], '--from: the log has positions 1 to '],
    [1, ['replay', randomUUID(), '--from', '1'], 'there is none of this id'],
    [2, ['replay', 'x'], "required option '--from <position|time>' not specified"],
  ])('ends with %i for %s', async (code, args, told) => {
    const result = await runCli(['webhooks', ...args, ...inFolder])
    expect(result.code).toBe(code)
    expect(result.stderr).toContain(told)
  })

  it('says where there is nothing', async () => {
    await withFolder(async (empty) => {
      for (const args of [['list'], ['replay', 'x', '--from', '1']]) {
        const { code, stderr } = await runCli(['webhooks', ...args, '--data-dir', empty])
        expect([code, stderr]).toStrictEqual([1, expect.stringContaining(empty)])
      }
    })
  })
})

describe('framelog webhooks deliver', () => {
  it('delivers beside a service that does not, and alone', async () => {
    const receiver = await webhookReceiver()
    await withFolder(async (folder) => {
      const service = await startService(folder, { WEBHOOKS_ENABLED: 'false' })
      await register(service, `${receiver.url}/apart`)
      await putFlow(service.url)
      const environment = { DATA_DIR: folder, PUBLIC_URL: service.url }
      const delivery = startCli(['webhooks', 'deliver'], environment)
      await until(() => receiver.acknowledged('/apart').length === 1, 'what was there before')
      await putFlow(service.url)
      await until(() => receiver.acknowledged('/apart').length === 2, 'what came since')
      expect(receiver.received[0]?.headers['ce-source']).toBe(service.url)

      const second = startCli(['serve', 'webhooks'], environment)
      await until(() => operationsUrl(second) !== undefined, 'a second one to run')
      expect((await send(`${operationsUrl(second)}/health`, 'GET')).body).toMatchObject({
        status: 'ok',
        checks: { webhooks: { ok: true, detail: 'standby' } },
      })
      delivery.process.kill('SIGKILL')
      await delivery.ended
      await putFlow(service.url)
      await until(() => receiver.acknowledged('/apart').length >= 3, 'what came after the first was killed')
      second.process.kill('SIGTERM')
      expect(await second.ended).toMatchObject({ code: 0 })
      await service.stop()
    })
    await receiver.close()
  })
})
