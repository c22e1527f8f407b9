import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operations } from '../../contracts/operations/all-operations.ts'
import { videoFlow } from '../support/flow-metadata.ts'
import { PLACE } from '../support/projector/running-projector.ts'
import { rowsInVast } from '../support/projector/tables-of.ts'
import { runCli } from '../support/run-cli.ts'
import { type RunningService, startService, temporaryFolder } from '../support/running-service.ts'
import { PLANTED_SECRET_KEY, planted, plantedIn } from '../support/secrets/planted.ts'
import { type OtlpReceiver, otlpReceiver } from '../support/tracing/otlp-receiver.ts'
import { startVastDb, type VastDbServer } from '../support/vast-db/vast-db-server.ts'
import { clientOf } from '../support/vast-db-client/client-of.ts'
import { until, type WebhookReceiver, webhookReceiver } from '../support/webhook-receiver.ts'

/** Nobody listens there. */
const NOWHERE = '127.0.0.1:1'

const TOKEN = planted('query')
const BASIC = Buffer.from(`someone:${planted('password')}`).toString('base64')
const CREDENTIALS: Readonly<Record<string, string>>[] = [
  { authorization: `Bearer ${planted('bearer')}` },
  { authorization: `Basic ${BASIC}` },
  { authorization: planted('bare') },
  { 'x-api-key': planted('api-key'), cookie: `session=${planted('cookie')}` },
  { 'proxy-authorization': `Bearer ${planted('proxy')}`, 'idempotency-key': planted('idempotency') },
]

type Answer = { readonly status: number; readonly text: string }

describe('secrets', () => {
  const folder = temporaryFolder()
  const dataDir = join(folder, 'data')
  const answers: { readonly asked: string; readonly text: string }[] = []
  let service: RunningService
  let otlp: OtlpReceiver
  let vast: VastDbServer
  let receiver: WebhookReceiver
  let environment: Record<string, string>
  beforeAll(async () => {
    otlp = await otlpReceiver()
    vast = await startVastDb()
    receiver = await webhookReceiver(({ headers }) => ({
      status: 401,
      // A receiver that says back what it was told.
      headers: { 'www-authenticate': `Bearer error="${headers['authorization']}"` },
    }))
    environment = {
      LOG_LEVEL: 'trace',
      SECRET_KEY: PLANTED_SECRET_KEY,
      S3_BUCKET_NAME: 'media',
      S3_ENDPOINT_URL: `http://${NOWHERE}`,
      S3_ACCESS_KEY_ID: 'framelog',
      S3_SECRET_ACCESS_KEY: planted('s3'),
      KAFKA_BROKERS: NOWHERE,
      KAFKA_SASL_MECHANISM: 'plain',
      KAFKA_SASL_USERNAME: 'framelog',
      KAFKA_SASL_PASSWORD: planted('kafka'),
      KAFKA_COMMANDS_ENABLED: 'true',
      VAST_ENDPOINT: vast.url,
      VAST_ACCESS_KEY: vast.account.accessKeyId,
      VAST_SECRET_KEY: vast.account.secretAccessKey,
      VAST_BUCKET: PLACE.bucket,
      VAST_SCHEMA: PLACE.schema,
      OTLP_ENDPOINT: otlp.url,
      OTLP_HEADERS: `authorization=Bearer%20${planted('otlp')}`,
    }
    service = await startService(dataDir, environment)
  })
  afterAll(() => Promise.all([service.stop(), otlp.close(), vast.close(), receiver.close()]))

  const ask = async (
    method: string,
    path: string,
    body?: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> => {
    const answer = await new Promise<Answer>((resolve, reject) => {
      const sent = { 'content-type': 'application/json', ...headers }
      const request = httpRequest(`${service.url}${path}`, { method, headers: sent }, (response) => {
        let text = JSON.stringify(response.headers)
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
          // A stream has no end, and begins with what has been.
          if (path.startsWith('/events') && text.length > 2_000) request.destroy()
        })
        response.on('close', () => resolve({ status: response.statusCode!, text }))
      })
      request.on('error', reject)
      request.end(body)
    })
    answers.push({ asked: `${method} ${path.split('?')[0]} with ${Object.keys(headers)}`, text: answer.text })
    return answer
  }

  /** Everything that has a place for one, and much that has none. */
  async function provoke(): Promise<void> {
    const hook = (name: string, url: string) =>
      JSON.stringify({
        url,
        events: ['flows/created', 'flows/segments_added'],
        api_key_name: 'Authorization',
        api_key_value: `Bearer ${planted(name)}`,
      })
    const made = [
      await ask('POST', '/service/webhooks', hook('hook', `${receiver.url}/refuses`)),
      await ask('POST', '/service/webhooks', hook('lost', `http://${NOWHERE}/`)),
    ]
    expect(made.map(({ status }) => status)).toEqual([201, 201])
    const flow_id = randomUUID()
    const flow = JSON.stringify(videoFlow(flow_id, randomUUID()))
    const object_id = randomUUID()
    for (const credentials of [{}, ...CREDENTIALS]) {
      const query = `?access_token=${TOKEN}`
      await ask('PUT', `/flows/${flow_id}${query}`, flow, credentials)
      await ask(
        'POST',
        `/flows/${flow_id}/storage${query}`,
        JSON.stringify({ object_ids: [object_id] }),
        credentials,
      )
      const segment = JSON.stringify({ object_id, timerange: '[0:0_1:0)' })
      await ask('POST', `/flows/${flow_id}/segments${query}`, segment, credentials)
      for (const path of ['/flows', '/nothing', '/media/a/b', '/objects/x', '/%zz']) {
        await ask('GET', `${path}${query}`, undefined, credentials)
      }
      await ask('POST', '/service/webhooks', `{"api_key_value": "${planted('body')}", oops}`, credentials)
      await ask('POST', '/service/webhooks', `"${planted('text')}`, credentials)
      await ask('POST', '/service/webhooks', hook('value', 'no url'), credentials)
      await ask('POST', '/service/webhooks', planted('plain'), {
        ...credentials,
        'content-type': 'text/plain',
      })
      await ask('PUT', `/flows/${flow_id}`, JSON.stringify({ id: planted('field') }), credentials)
      await ask('OPTIONS', `/flows${query}`, undefined, credentials)
      await ask('PUT', `/media/x/y?signature=${TOKEN}&expires=1`, 'bytes', credentials)
    }
    const storage = await ask('POST', `/flows/${flow_id}/storage`, JSON.stringify({ limit: 1 }))
    expect(storage.status).toBe(201)
    // What it registered is there.
    expect((await ask('GET', `/flows/${flow_id}/segments`)).text).toContain(object_id)
    await ask('DELETE', `/flows/${flow_id}`)
  }

  it('get no further than where they are used, whatever goes wrong', async () => {
    await provoke()
    const attempts = () => receiver.received.filter(({ path }) => path === '/refuses').length
    await until(() => attempts() > 1, 'deliveries in vain')
    expect(receiver.received[0]!.headers.authorization).toBe(`Bearer ${planted('hook')}`)
    const health = async () => (await ask('GET', '/health')).text
    await until(async () => (await health()).includes('Kafka takes nothing'), 'trouble with Kafka')
    const failing = async () => (await ask('GET', '/metrics')).text
    await until(async () => /framelog_webhooks_failing 2/.test(await failing()), 'two webhooks that fail')
    await until(
      async () => /"lag_events":0/.test((await ask('GET', '/vast/status')).text),
      'the tables in VAST DB',
    )
    await until(() => otlp.spans.some(({ name }) => name === 'deliver to webhook'), 'spans of deliveries')
    for (const { method, path } of operations) {
      if (method === 'get' && !path.includes('{') && path !== '/events') await ask('GET', path)
    }
    await ask('GET', '/openapi.json')
    await ask('GET', '/analytics/flow-usage', undefined, { accept: 'application/vnd.apache.arrow.stream' })
    await ask('GET', '/events', undefined, { 'last-event-id': '0' })

    const backup = join(folder, 'backup')
    const { code, stdout, stderr } = await runCli(['backup', backup], { ...environment, DATA_DIR: dataDir })
    expect(code, stderr).toBe(0)
    const rows = JSON.stringify(await rowsInVast(await clientOf(vast), PLACE), (_key, value) =>
      typeof value === 'bigint' ? String(value) : value,
    )
    expect(rows).toContain('"flows"')
    await service.stop()

    const places: Record<string, string> = {
      'standard output': service.log(),
      'standard error': service.told(),
      traces: Buffer.concat(otlp.bodies.slice()).toString('latin1'),
      'VAST DB': rows,
      'what a backup says': stdout + stderr,
      'what others are told': receiver.received.map(({ text }) => text).join('\n'),
    }
    for (const { asked, text } of answers)
      places[`an answer to ${asked}`] = `${places[`an answer to ${asked}`] ?? ''}${text}`
    for (const path of filesIn(folder)) places[path.slice(folder.length)] = readFileSync(path, 'latin1')
    const leaks = Object.entries(places).flatMap(([place, text]) =>
      plantedIn(text).map((around) => [place, around]),
    )
    expect(leaks).toEqual([])
    // There was something to leak, and somewhere to.
    expect(service.log()).toContain('"request"')
    expect(otlp.headers[0]!.authorization).toBe(`Bearer ${planted('otlp')}`)
    expect(Object.keys(places)).toEqual(expect.arrayContaining(['/data/events.db', '/backup/backup.json']))
  })
})

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
