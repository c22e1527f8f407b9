import { request } from 'node:http'
import { connect } from 'node:net'
import { beforeAll, describe, expect, it } from 'vitest'
import { serviceOfSuite } from '../support/running-service.ts'
import { allocate, putFlow, send, sendRaw } from '../support/tams-requests.ts'

const ERROR_BODY = { type: expect.any(String), summary: expect.any(String), time: expect.any(String) }

describe('the API under /api/v1', () => {
  const service = serviceOfSuite()
  let flow: string

  beforeAll(async () => {
    flow = await putFlow(service.url)
    const objects = await allocate(service.url, flow, 3)
    const posts = objects.map(({ object_id }, i) => ({ object_id, timerange: `[${i}:0_${i + 1}:0)` }))
    await send(`${service.url}/api/v1/flows/${flow}/segments`, 'POST', posts)
  })

  it.each([
    '/',
    '/service',
    '/flows',
    '/flows/{flow}',
    '/flows/{flow}/segments?accept_get_urls=',
    '/sources',
  ])('answers GET %s as at the root', async (path) => {
    const url = path.replace('{flow}', flow)
    const [here, there] = [
      await send(service.url + url, 'GET'),
      await send(`${service.url}/api/v1${url}`, 'GET'),
    ]
    expect(there.status).toBe(200)
    expect(there.body).toEqual(here.body)
  })

  it.each(['', '?', '/'])('has its own root: /api/v1%s', async (rest) => {
    const { status, body } = await send(`${service.url}/api/v1${rest}`, 'GET')
    expect({ status, body }).toEqual({ status: 200, body: expect.arrayContaining(['flows', 'sources']) })
  })

  it.each(['plain', 'é', '雪 🎞'])('sends a text whole, with its length in bytes: %s', async (label) => {
    const id = await putFlow(service.url, { label })
    const response = await fetch(`${service.url}/flows/${id}`)
    const bytes = Buffer.from(await response.arrayBuffer())
    expect(JSON.parse(bytes.toString('utf8'))).toMatchObject({ id, label })
    expect(response.headers.get('content-length')).toBe(String(bytes.length))
  })

  it('leads to next pages below the prefix, whose keys are good at the root too', async () => {
    const prefixed = `${service.url}/api/v1/flows/${flow}/segments?limit=1`
    const first = await send(prefixed, 'GET')
    const next = first.headers.get('link')?.match(/^<(.+)>; rel="next"$/)?.[1] ?? ''
    expect(next).toMatch(`${service.url}/api/v1/flows/${flow}/segments?`)
    const second = await send(next, 'GET')
    const fromRoot = await send(next.replace('/api/v1', ''), 'GET')
    expect(second.body).toMatchObject([{ timerange: '[1:0_2:0)' }])
    expect(fromRoot.body).toEqual(second.body)
  })

  it.each(['/api/v10/flows', '/api/v2/flows', '/api', '/api/v1/nothing', '/api/v1/api/v1/flows'])(
    'is not %s',
    async (path) => {
      expect((await send(service.url + path, 'GET')).status).toBe(404)
    },
  )

  it('has the OpenAPI document and its page', async () => {
    const document = await send(`${service.url}/api/v1/openapi.json`, 'GET')
    expect(document.body).toEqual((await send(`${service.url}/openapi.json`, 'GET')).body)
    const page = await fetch(`${service.url}/api/v1/redoc`)
    expect({ status: page.status, url: page.url }).toEqual({ status: 200, url: `${service.url}/api/v1/docs` })
  })

  it('is counted with the same routes', async () => {
    await send(`${service.url}/flows/${flow}`, 'GET')
    await send(`${service.url}/api/v1/flows/${flow}`, 'GET')
    const metrics = await (await fetch(`${service.url}/metrics`)).text()
    expect(metrics).toContain('route="/flows/:flowId"')
    expect(metrics).not.toContain('api/v1')
  })
})

describe('paths and methods', () => {
  const service = serviceOfSuite()
  let flow: string

  beforeAll(async () => {
    flow = await putFlow(service.url)
  })

  it.each([
    ['PATCH', '/flows', 'GET, HEAD, POST, OPTIONS'],
    ['DELETE', '/service', 'GET, HEAD, POST, OPTIONS'],
    ['PUT', '/flows/{flow}/segments', 'GET, HEAD, POST, DELETE, OPTIONS'],
    ['PUT', '/flows/{flow}/segments/', 'GET, HEAD, POST, DELETE, OPTIONS'],
    ['GET', '/flows/{flow}/storage', 'POST, OPTIONS'],
    ['POST', '/api/v1/openapi.json', 'GET, HEAD, OPTIONS'],
    ['POST', '/docs', 'GET, HEAD, OPTIONS'],
  ])('%s %s is refused with 405, and told of %s', async (method, path, allow) => {
    const { status, headers, body } = await send(service.url + path.replace('{flow}', flow), method)
    expect({ status, allow: headers.get('allow'), body }).toEqual({ status: 405, allow, body: ERROR_BODY })
  })

  it.each([
    ['/', 'GET, HEAD, OPTIONS'],
    ['/flows/{flow}/segments', 'GET, HEAD, POST, DELETE, OPTIONS'],
    ['/objects/a%2Fb', 'GET, HEAD'],
    ['/media/x', 'GET, HEAD, OPTIONS, PUT'],
  ])('OPTIONS %s tells of %s, without a body', async (path, allow) => {
    const { status, headers, body } = await send(service.url + path.replace('{flow}', flow), 'OPTIONS')
    expect({ status, body }).toEqual({ status: 204, body: undefined })
    expect(headers.get('allow')).toContain(allow)
  })

  it.each(['GET', 'HEAD', 'POST', 'PATCH', 'OPTIONS'])(
    '%s of a path nobody serves is 404',
    async (method) => {
      expect((await send(`${service.url}/nothing/here`, method)).status).toBe(404)
    },
  )

  it('serves a path with a slash at its end', async () => {
    const { status, body } = await send(`${service.url}/flows/`, 'GET')
    expect({ status, body }).toMatchObject({ status: 200, body: [{ id: flow }] })
  })

  it.each([
    '/flows',
    '/flows/{flow}',
    '/flows/nonsense',
    '/flows?limit=0',
    '/nothing',
    '/service',
    '/openapi.json',
  ])('HEAD %s is GET without the body', async (path) => {
    const url = service.url + path.replace('{flow}', flow)
    const [get, head] = [await send(url, 'GET'), await send(url, 'HEAD')]
    expect({ status: head.status, body: head.body }).toEqual({ status: get.status, body: undefined })
    for (const name of ['content-type', 'content-length', 'x-paging-limit', 'etag']) {
      expect(head.headers.get(name), name).toBe(get.headers.get(name))
    }
  })

  it('gives HEAD of the metrics a length and no body', async () => {
    const { status, headers, body } = await send(`${service.url}/metrics`, 'HEAD')
    expect({ status, body }).toEqual({ status: 200, body: undefined })
    expect(Number(headers.get('content-length'))).toBeGreaterThan(1000)
  })
})

describe('the form of requests', () => {
  const service = serviceOfSuite()

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON'])(
    'takes a body of type %s',
    async (type) => {
      const answer = await sendRaw(`${service.url}/service`, 'POST', '{"name":"a"}', { 'content-type': type })
      expect(answer.status).toBe(200)
    },
  )

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/merge-patch+json',
    'application/json; charset=latin1',
    'application/json; charset=utf-16',
    'nonsense',
  ])('refuses a body of type %s', async (type) => {
    const answer = await sendRaw(`${service.url}/service`, 'POST', '{"name":"a"}', { 'content-type': type })
    expect(answer).toMatchObject({ status: 400, body: ERROR_BODY })
  })

  it('refuses a body in a coding it does not know', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'zstd' }
    const answer = await sendRaw(`${service.url}/service`, 'POST', '{}', headers)
    expect(answer).toMatchObject({ status: 400, body: { type: 'encoding_unsupported' } })
  })

  it.each([
    ['a list in brackets', '/flows?label[]=a', 400],
    ['a parameter twice', '/flows?limit=1&limit=2', 400],
    ['NUL in an id', '/flows/%00', 404],
    ['NUL in an object id', '/objects/a%00b', 404],
    ['NUL in a path', '/%00', 404],
    ['NUL in a timerange', '/flows?timerange=%00', 400],
    ['half a character in a path', '/sources/%E0%A4%A', 400],
    ['half a character in a path nobody serves', '/nothing/%E0%A4%A', 404],
    ['two slashes', '//flows', 404],
  ])('refuses %s', async (_what, path, status) => {
    expect(await answerTo(service.url, path)).toMatchObject({ status, body: ERROR_BODY })
  })

  it.each([
    ['a URL that is too long', `GET /flows?label=${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
    ['what is no HTTP', 'NONSENSE\r\n\r\n', 400],
    ['a method HTTP does not have', 'FLY /flows HTTP/1.1\r\nHost: x\r\n\r\n', 400],
  ])('answers %s with the error body', async (_what, text, status) => {
    const answer = await rawAnswer(service.url, text)
    expect(answer.startsWith(`HTTP/1.1 ${status} `)).toBe(true)
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))).toEqual(ERROR_BODY)
  })
})

/** Sends a path as it is: `fetch` would put it in order first. */
async function answerTo(url: string, path: string): Promise<{ status: number | undefined; body: unknown }> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path }, async (response) => {
      const text = (await response.toArray()).join('')
      resolve({ status: response.statusCode, body: JSON.parse(text) })
    })
    sent.once('error', reject).end()
  })
}

async function rawAnswer(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write(text)
  return (await socket.toArray()).join('')
}
