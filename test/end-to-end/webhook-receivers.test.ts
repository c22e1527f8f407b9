import { describe, expect, it } from 'vitest'
import { serviceOfSuite } from '../support/running-service.ts'
import { send } from '../support/tams-requests.ts'

const HOSTILE = [
  'http://127.0.0.1/',
  'http://127.1/',
  'http://127.0.0.2:8000/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0177.0.0.1/',
  'http://017700000001/',
  'http://0/',
  'http://0.0.0.0/',
  'http://localhost/',
  'http://LOCALHOST:9200/',
  'http://localhost./',
  'http://a.localhost/',
  'http://[::1]/',
  'http://[::]/',
  'http://[0:0:0:0:0:0:0:1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[::ffff:169.254.169.254]/',
  'http://[::127.0.0.1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[2002:7f00:1::]/',
  'http://10.0.0.1/',
  'http://172.16.0.1/',
  'http://172.31.255.255/',
  'http://192.168.1.1/',
  'http://100.64.0.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://169.254.170.2/',
  'http://0xa9fea9fe/',
  'http://168.63.129.16/',
  'http://192.0.0.192/',
  'http://198.18.0.1/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://[fe80::1]/',
  'http://[fc00::1]/',
  'http://[fd00:ec2::254]/',
  'http://[ff02::1]/',
  'http://１２７.０.０.１/',
] as const

describe('receivers of webhooks, where others than this machine reach the service', () => {
  const open = { HOST: '0.0.0.0', ALLOW_UNAUTHENTICATED: 'true', WEBHOOKS_ENABLED: 'false' }
  const service = serviceOfSuite({ ...open, OUTBOUND_ALLOWED_NETWORKS: '10.20.0.0/16' })
  const webhooks = () => `${service.url}/service/webhooks`
  const told = {
    status: 400,
    body: {
      type: 'bad_request',
      summary: expect.stringMatching(/^url: leads to an address that is not of the pub/),
    },
  }

  it.each(HOSTILE)('are not at %s', async (url) => {
    expect(await send(webhooks(), 'POST', { url, events: [] })).toMatchObject(told)
  })

  it('are where the operator allows them, and on the internet', async () => {
    for (const url of ['http://10.20.3.4/', 'https://93.184.216.34/', 'http://hook.example.com/']) {
      expect(await send(webhooks(), 'POST', { url, events: [] }), url).toMatchObject({ status: 201 })
    }
  })

  it('are not moved to where they may not be', async () => {
    const made = await send(webhooks(), 'POST', { url: 'http://hook.example.com/', events: [] })
    const { id } = made.body as { id: string }
    const moved = { id, url: 'http://169.254.169.254/', events: [], status: 'created' }
    expect(await send(`${webhooks()}/${id}`, 'PUT', moved)).toMatchObject(told)
    expect((await send(`${webhooks()}/${id}`, 'GET')).body).toStrictEqual(made.body)
  })
})
