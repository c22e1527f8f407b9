import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type RunningService,
  serviceOfSuite,
  startService,
  temporaryFolder,
} from '../support/running-service.ts'

const LOCAL = 'http://localhost:3000'
const FOREIGN = 'https://foreign.example.com'

const allowOrigin = ({ headers }: Response) => headers.get('access-control-allow-origin')

const ask = (url: string, origin: string | undefined, init: RequestInit = {}) =>
  fetch(url, { ...init, headers: { ...init.headers, ...(origin !== undefined && { origin }) } })

const preflight = (url: string, origin: string, method: string, headers?: string) =>
  ask(url, origin, {
    method: 'OPTIONS',
    headers: {
      'access-control-request-method': method,
      ...(headers !== undefined && { 'access-control-request-headers': headers }),
    },
  })

describe('pages of other origins', () => {
  const service = serviceOfSuite()

  it.each([LOCAL, 'https://localhost', 'http://127.0.0.1:8080', 'http://[::1]:5173'])(
    'may read, if they are served from this machine: %s',
    async (origin) => {
      const response = await ask(`${service.url}/flows`, origin)
      expect(response.status).toBe(200)
      expect(allowOrigin(response)).toBe(origin)
      expect(response.headers.get('vary')).toContain('Origin')
    },
  )

  it.each([
    FOREIGN,
    'null',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com:80',
    'http://localhost:3000@evil.example',
    'http://notlocalhost',
  ])('may not otherwise: %s', async (origin) => {
    const response = await ask(`${service.url}/flows`, origin)
    expect(allowOrigin(response)).toBeNull()
    expect(response.headers.get('vary')).toContain('Origin')
    expect(allowOrigin(await preflight(`${service.url}/flows`, origin, 'GET'))).toBeNull()
  })

  it.each(['POST', 'PUT', 'DELETE'])(
    'may not write by %s otherwise, whatever browsers let them send',
    async (method) => {
      const form = new FormData()
      form.set('segment', '{}')
      const body = method === 'POST' ? form : null
      const response = await ask(`${service.url}/flows/${randomUUID()}/segments`, FOREIGN, { method, body })
      expect(response.status).toBe(403)
      expect(await response.json()).toMatchObject({ type: 'origin_not_allowed' })
    },
  )

  it('may write if they are the service’s own', async () => {
    const own = await ask(`${service.url}/service`, new URL(service.url).origin, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"Own"}',
    })
    expect(own.status).toBe(200)
  })

  it('see the headers that say how to go on', async () => {
    const { headers } = await ask(`${service.url}/flows/${randomUUID()}/segments`, LOCAL)
    const exposed = (headers.get('access-control-expose-headers') ?? '').split(',')
    expect(exposed).toEqual(
      expect.arrayContaining([
        'Link',
        'Location',
        'X-Paging-Limit',
        'X-Paging-NextKey',
        'X-Paging-Count',
        'X-Paging-Reverse-Order',
        'X-Paging-Timerange',
        'X-Request-Id',
        'Framelog-Position',
        'Retry-After',
      ]),
    )
  })

  it.each([
    ['/nothing', 404],
    [`/flows/${randomUUID()}`, 404],
    ['/flows?limit=0', 400],
  ])('may read why %s was refused', async (path, status) => {
    const response = await ask(service.url + path, LOCAL)
    expect({ status: response.status, origin: allowOrigin(response) }).toEqual({ status, origin: LOCAL })
  })

  it.each([
    ['PUT', `/flows/${randomUUID()}`],
    ['POST', '/api/v1/service'],
    ['DELETE', `/flows/${randomUUID()}/segments`],
  ])('may ask before they %s %s', async (method, path) => {
    const asked = 'content-type,authorization,idempotency-key,framelog-position'
    const response = await preflight(service.url + path, LOCAL, method, asked)
    expect(response.status).toBe(204)
    expect(allowOrigin(response)).toBe(LOCAL)
    expect(response.headers.get('access-control-allow-methods')?.split(', ')).toContain(method)
    expect(response.headers.get('access-control-allow-headers')).toBe(asked)
    expect(response.headers.get('access-control-max-age')).toBe('86400')
    expect(response.headers.get('allow')?.split(', ')).toContain(method)
  })

  it('get media from anywhere, for a URL of it is a permission', async () => {
    const response = await ask(`${service.url}/media/none`, FOREIGN)
    expect(allowOrigin(response)).toBe('*')
    expect(allowOrigin(await preflight(`${service.url}/media/none`, FOREIGN, 'PUT'))).toBe('*')
  })

  it('are none of the business of who is no page', async () => {
    const response = await ask(`${service.url}/flows`, undefined)
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    expect(response.headers.get('vary')).toBeNull()
  })

  it('do not get what a cache has of who is none', async () => {
    expect((await ask(`${service.url}/openapi.json`, undefined)).headers.get('vary')).toBe('Origin')
  })
})

describe.each([
  ['*', FOREIGN, '*'],
  ['*', LOCAL, '*'],
  [`${FOREIGN}, https://mam.example.org:8443`, FOREIGN, FOREIGN],
  [
    `${FOREIGN}, https://mam.example.org:8443`,
    'https://mam.example.org:8443',
    'https://mam.example.org:8443',
  ],
  [`${FOREIGN}, https://mam.example.org:8443`, LOCAL, null],
  ['', LOCAL, null],
])('with CORS_ORIGINS=%s', (CORS_ORIGINS, origin, expected) => {
  const folder = temporaryFolder()
  let service: RunningService

  beforeAll(async () => {
    service = await startService(folder, { CORS_ORIGINS })
  })
  afterAll(async () => {
    await service.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it(`${origin} is told ${expected}`, async () => {
    expect(allowOrigin(await ask(`${service.url}/flows`, origin))).toBe(expected)
  })
})
