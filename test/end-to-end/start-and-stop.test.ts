import { rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startService, temporaryFolder } from '../support/running-service.ts'
import { putFlow, send } from '../support/tams-requests.ts'

describe('starting and stopping', () => {
  let folder: string
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it.each([
    ['PORT', '70000'],
    ['PORT', 'eighty'],
    ['LOG_LEVEL', 'loud'],
    ['PUBLIC_URL', 'ftp://example.com'],
    ['SECRET_KEY', 'short'],
    ['MIN_OBJECT_TIMEOUT_SECONDS', '299'],
    ['MIN_PRESIGNED_URL_TIMEOUT_SECONDS', '29'],
    ['DELETE_WAIT_MS', '-1'],
    ['DELETE_WAIT_MS', '60001'],
    ['DELETION_RETENTION_SECONDS', '59'],
    ['RETENTION', 'yes'],
    ['RETENTION_EVERY_SECONDS', '0'],
    ['RETENTION_EVERY_SECONDS', '86401'],
    ['KAFKA_COMMANDS_ENABLED', 'true'],
    ['DELETION_ENABLED', 'maybe'],
    ['OPERATIONS_PORT', '70000'],
    ['LOG_DIR', ''],
    ['HOST', '0.0.0.0'],
  ])('does not start with %s=%s, and names the variable', async (name, value) => {
    await expect(startService(folder, { [name]: value })).rejects.toThrow(name)
  })

  it('listens beyond loopback when told to by name', async () => {
    const service = await startService(folder, { HOST: '0.0.0.0', ALLOW_UNAUTHENTICATED: 'true' })
    expect((await send(`${service.url}/`, 'GET')).status).toBe(200)
    await service.stop()
  })

  it('does not share a data directory', async () => {
    const first = await startService(folder)
    await expect(startService(folder)).rejects.toThrow('in use by another process')
    expect(await first.stop()).toBe(0)
  })

  it('answers what is under way, exits with 0, and comes back with everything', async () => {
    const first = await startService(folder)
    const puts = Array.from({ length: 20 }, () => putFlow(first.url))
    const [flow] = await Promise.all(puts)
    expect(await first.stop()).toBe(0)

    const second = await startService(folder)
    expect((await send(`${second.url}/flows/${flow}`, 'GET')).status).toBe(200)
    expect((await send(`${second.url}/flows?limit=1000`, 'GET')).body).toHaveLength(20)
    expect(await second.stop()).toBe(0)
  })

  it('tells how it is, and gives metrics of what it did', async () => {
    const service = await startService(folder)
    await putFlow(service.url)

    const metrics = await (await fetch(`${service.url}/metrics`)).text()
    // What runs on threads of their own begins a little later.
    const health = () => send(`${service.url}/health`, 'GET')
    await expect.poll(health).toMatchObject({
      status: 200,
      body: {
        status: 'ok',
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        log_position: 3,
        catalog: { position: 3, lag_events: 0 },
        checks: { event_log: { ok: true }, media_store: { ok: true } },
      },
    })
    for (const line of [
      /^framelog_http_request_seconds_count\{method="PUT",route="\/flows\/:flowId",status="201"\} 1$/m,
      /^framelog_commands_total\{operation="PUT \/flows\/:flowId",outcome="accepted"\} 1$/m,
      /^framelog_log_events_total 3$/m,
      /^framelog_log_append_batch_size_count 1$/m,
      /^framelog_log_position 3$/m,
      /^framelog_projection_lag_events\{projection="catalog"\} 0$/m,
      /^process_cpu_seconds_total /m,
    ]) {
      expect(metrics).toMatch(line)
    }
    await service.stop()
  })

  it('keeps metrics to itself when told to', async () => {
    const service = await startService(folder, { METRICS_ENABLED: 'false' })
    expect((await send(`${service.url}/metrics`, 'GET')).status).toBe(404)
    await service.stop()
  })

  it('makes a reader wait for the position it asks for, and refuses one that nobody has seen', async () => {
    const service = await startService(folder)
    const flow = await putFlow(service.url)
    const read = (position: string) =>
      fetch(`${service.url}/flows/${flow}`, { headers: { 'Framelog-Position': position } })

    expect((await read('3')).status).toBe(200)
    expect((await read('4000')).status).toBe(400)
    expect((await read('-1')).status).toBe(400)
    await service.stop()
  })
})
