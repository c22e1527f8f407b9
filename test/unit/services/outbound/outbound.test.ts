import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import type { ResolvedAddress } from '../../../../services/outbound/guarded-connect.ts'
import {
  type Outbound,
  type OutboundOptions,
  type OutboundRequest,
  openOutbound,
} from '../../../../services/outbound/outbound.ts'
import { parseNetwork } from '../../../../services/outbound/outbound-policy.ts'

const LOOPBACK: ResolvedAddress = { address: '127.0.0.1', family: 4 }
const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close()
})

/** Only 127.0.0.1 stands for what is allowed; all else of this machine for what is not. */
function open(options: Partial<OutboundOptions> = {}): Outbound {
  const allowedNetworks = [parseNetwork('127.0.0.1/32')!]
  const outbound = openOutbound({ policy: { allowedNetworks, allowsLoopback: false }, ...options })
  opened.push(outbound)
  return outbound
}

async function serve(listener: RequestListener, host = '127.0.0.1', port = 0): Promise<number> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(port, host, resolve))
  opened.push({ close: () => closed(server) })
  return (server.address() as AddressInfo).port
}

function closed(server: Server & { closeAllConnections?(): void }): Promise<void> {
  server.closeAllConnections?.()
  return new Promise((resolve) => server.close(() => resolve()))
}

/** Takes connections and says `reply` to each, whatever it is sent. */
async function serveRaw(reply: string): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket.on('error', () => undefined))
    socket.write(reply)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  opened.push({
    close: () => {
      for (const socket of sockets) socket.destroy()
      return closed(server)
    },
  })
  return (server.address() as AddressInfo).port
}

const get = (port: number, changes: Partial<OutboundRequest> = {}): OutboundRequest => ({
  method: 'GET',
  url: `http://127.0.0.1:${port}/`,
  ...changes,
})

const refused = (reason: string) => ({ name: 'OutboundRefused', reason })

describe('a request to where a user says', () => {
  it('is answered, with its body as it comes', async () => {
    const port = await serve((request, response) => {
      response
        .writeHead(201, { 'content-type': 'text/x' })
        .end(`${request.method} ${request.url} ${request.headers['x-a']}`)
    })
    const answer = await open().send(
      get(port, { url: `http://127.0.0.1:${port}/a?b=c#d`, headers: { 'x-a': '1' } }),
    )
    expect(answer).toMatchObject({ status: 201, headers: { 'content-type': 'text/x' } })
    expect(await text(answer.body)).toBe('GET /a?b=c 1')
  })

  it('carries a body', async () => {
    const port = await serve((request, response) => void request.pipe(response))
    const answer = await open().send(get(port, { method: 'POST', body: '{"a":1}' }))
    expect(await text(answer.body)).toBe('{"a":1}')
  })

  it.each([
    ['another loopback address', 'http://127.0.0.2/'],
    ['the same in another spelling', 'http://0x7f.0.0.2/'],
    ['IPv6', 'http://[::1]/'],
    ['a private network', 'https://10.0.0.1/'],
  ])('connects to nothing where it is an address that is not allowed: %s', async (_, url) => {
    await expect(open().send({ method: 'GET', url })).rejects.toMatchObject(refused('address_not_allowed'))
  })

  it('goes nowhere but over HTTP', async () => {
    await expect(open().send({ method: 'GET', url: 'file:///etc/passwd' })).rejects.toMatchObject(
      refused('not_http'),
    )
  })
})

describe('a name', () => {
  const named = (port: number) => get(port, { url: `http://media.test:${port}/` })

  it('is resolved once for a connection, which goes to the address that was judged', async () => {
    const port = await serve((request, response) => response.end(request.headers.host))
    let asked = 0
    // Whoever asked a second time would get another answer.
    const resolve = async () => (asked++ === 0 ? [LOOPBACK] : [{ address: '127.0.0.2', family: 4 }])
    const answer = await open({ resolve }).send(named(port))
    expect(await text(answer.body)).toBe(`media.test:${port}`)
    expect(asked).toBe(1)
  })

  it('is judged again for each connection', async () => {
    const hosts: string[] = []
    const port = await serve((request, response) => {
      hosts.push(request.socket.localAddress ?? '')
      response.writeHead(200, { connection: 'close' }).end()
    }, '0.0.0.0')
    const answers = [[LOOPBACK], [{ address: '127.0.0.2', family: 4 }], [LOOPBACK]]
    const outbound = open({ resolve: async () => answers.shift() ?? [] })
    await text((await outbound.send(named(port))).body)
    await expect(outbound.send(named(port))).rejects.toMatchObject(refused('address_not_allowed'))
    await text((await outbound.send(named(port))).body)
    expect(hosts).toEqual(['127.0.0.1', '127.0.0.1'])
  })

  it('is refused where one of its addresses is not allowed', async () => {
    const port = await serve((_, response) => response.end())
    const resolve = async () => [LOOPBACK, { address: '169.254.169.254', family: 4 }]
    await expect(open({ resolve }).send(named(port))).rejects.toMatchObject(refused('address_not_allowed'))
  })

  it('leads to the address that answers, of several', async () => {
    const port = await serve((_, response) => response.end('here'))
    const allowedNetworks = ['127.0.0.0/8'].map((network) => parseNetwork(network)!)
    const resolve = async () => [{ address: '127.0.0.3', family: 4 }, LOOPBACK]
    const outbound = open({ resolve, policy: { allowedNetworks, allowsLoopback: false } })
    expect(await text((await outbound.send(named(port))).body)).toBe('here')
  })

  it.each([
    ['cannot be resolved', async () => Promise.reject(new Error('ENOTFOUND'))],
    ['has no addresses', async () => []],
  ])('that %s is a failure that may pass', async (_, resolve) => {
    await expect(open({ resolve }).send(named(80))).rejects.toMatchObject({ name: 'OutboundFailed' })
  })

  it('is by default one that this machine’s resolver knows', async () => {
    const port = await serve((_, response) => response.end('here'), 'localhost')
    const outbound = open({ policy: { allowedNetworks: [], allowsLoopback: true } })
    expect(await text((await outbound.send(get(port, { url: `http://localhost:${port}/` }))).body)).toBe(
      'here',
    )
    const strict = open({ policy: { allowedNetworks: [], allowsLoopback: false } })
    await expect(strict.send(get(port, { url: `http://localhost:${port}/` }))).rejects.toMatchObject(
      refused('address_not_allowed'),
    )
  })
})

describe('a redirect', () => {
  /** `/n` leads to `/n-1`, and `/0` is there; `/to?<url>` leads to the URL. */
  const chain: RequestListener = (request, response) => {
    const [path = '', query] = (request.url ?? '').split('?')
    const left = Number(path.slice(1))
    if (path === '/0') return void response.end(`end ${request.headers['x-a']}`)
    response.writeHead(302, { location: query ? decodeURIComponent(query) : `/${left - 1}` }).end('moved')
  }
  const at = (port: number, path: string) => `http://127.0.0.1:${port}${path}`

  it('is an answer like any other, unless it is to be followed', async () => {
    const port = await serve(chain)
    const answer = await open().send(get(port, { url: at(port, '/1') }))
    expect(answer).toMatchObject({ status: 302, headers: { location: '/0' } })
    expect(await text(answer.body)).toBe('moved')
  })

  it('is followed so many times', async () => {
    const port = await serve(chain)
    const follow = (path: string) =>
      open().send(get(port, { url: at(port, path), maxRedirects: 3, headers: { 'x-a': '1' } }))
    expect(await text((await follow('/3')).body)).toBe('end 1')
    await expect(follow('/4')).rejects.toMatchObject(refused('too_many_redirects'))
  })

  it.each([
    ['http://127.0.0.2/', 'address_not_allowed'],
    ['http://[::ffff:10.0.0.1]/', 'address_not_allowed'],
    ['//0x7f000002/', 'address_not_allowed'],
    ['file:///etc/passwd', 'not_http'],
    ['http://user:secret@127.0.0.1/', 'has_credentials'],
  ])('to %s is refused as the URL itself would be', async (target, reason) => {
    const port = await serve(chain)
    const url = at(port, `/to?${encodeURIComponent(target)}`)
    await expect(open().send(get(port, { url, maxRedirects: 5 }))).rejects.toMatchObject(refused(reason))
  })

  it('to another server takes no headers there', async () => {
    const [from, to] = [await serve(chain), await serve(chain)]
    const url = at(from, `/to?${encodeURIComponent(at(to, '/0'))}`)
    const answer = await open().send(get(from, { url, maxRedirects: 1, headers: { 'x-a': 'secret' } }))
    expect(await text(answer.body)).toBe('end undefined')
  })
})

describe('an answer', () => {
  const sized: RequestListener = (request, response) => {
    if (request.url === '/announced') response.setHeader('content-length', 1000)
    response.end(Buffer.alloc(1000, 'x'))
  }

  it.each(['/announced', '/unannounced'])('that is larger than it may be is refused (%s)', async (path) => {
    const port = await serve(sized)
    const fetchAll = async (maxBytes: number) => {
      const { body } = await open().send(get(port, { url: `http://127.0.0.1:${port}${path}`, maxBytes }))
      return (await text(body)).length
    }
    expect(await fetchAll(1000)).toBe(1000)
    await expect(fetchAll(999)).rejects.toMatchObject(refused('too_large'))
  })

  it.each([
    ['never begins', ''],
    ['never ends its headers', 'HTTP/1.1 200 OK\r\nx: y\r\n'],
  ])('that %s is not waited for', async (_, reply) => {
    const port = await serveRaw(reply)
    await expect(open({ silenceTimeoutMs: 100 }).send(get(port))).rejects.toMatchObject({
      name: 'OutboundFailed',
    })
  })

  it.each([
    ['stops half way', { silenceTimeoutMs: 100 }, {}],
    ['takes too long as a whole', {}, { totalTimeoutMs: 100 }],
  ])('that %s is a failure', async (_, options, changes) => {
    const port = await serveRaw('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf')
    // On a busy machine the time may be over before the answer begins.
    const readAll = async () => text((await open(options).send(get(port, changes))).body)
    await expect(readAll()).rejects.toMatchObject({ name: 'OutboundFailed' })
  })

  it('that is cut off is a failure', async () => {
    const port = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '10' }).write('half', () => response.destroy())
    })
    const { body } = await open().send(get(port))
    await expect(text(body)).rejects.toMatchObject({ name: 'OutboundFailed' })
  })

  it('with headers without end is a failure', async () => {
    const port = await serveRaw(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`)
    await expect(open().send(get(port))).rejects.toMatchObject({ name: 'OutboundFailed' })
  })

  it('that nobody reads lets go of its connection', async () => {
    let connections = 0
    const port = await serve((request, response) => {
      connections += 1
      request.socket.once('close', () => {
        connections -= 1
      })
      response.writeHead(200, { 'content-length': 10_000_000 }).write(Buffer.alloc(1_000_000))
    })
    const { body } = await open().send(get(port))
    expect(connections).toBe(1)
    body.destroy()
    await expect.poll(() => connections).toBe(0)
  })

  it('ends when it is no longer wanted', async () => {
    const port = await serveRaw('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf')
    const stopping = new AbortController()
    const { body } = await open().send(get(port, { signal: stopping.signal }))
    stopping.abort()
    await expect(text(body)).rejects.toMatchObject({ name: 'OutboundFailed' })
  })

  it('is none where nobody listens', async () => {
    const port = await serve((_, response) => response.end())
    await opened.pop()?.close()
    await expect(open().send(get(port))).rejects.toMatchObject({
      name: 'OutboundFailed',
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })
})

describe('a POST of which only the status counts', () => {
  const post = (port: number, path = '/') => ({
    url: `http://127.0.0.1:${port}${path}`,
    headers: { 'x-about': 'this' },
    body: Buffer.from('what is told'),
    totalTimeoutMs: 60_000,
  })

  it('is one request, whatever is answered, and leaves the connection for the next', async () => {
    const got: unknown[] = []
    const sockets = new Set<unknown>()
    const port = await serve(async (request, response) => {
      sockets.add(request.socket)
      got.push([request.method, request.url, request.headers['x-about'], await text(request)])
      if (request.url === '/moved') response.writeHead(307, { location: '/elsewhere' })
      if (request.url === '/busy') response.writeHead(503, { 'retry-after': '7' })
      response.end(request.url === '/none' ? undefined : 'said')
    })
    const outbound = open()
    const answers: unknown[] = []
    for (const path of ['/', '/none', '/moved?a=b', '/moved', '/busy']) {
      const { status, headers } = await outbound.post(post(port, path))
      answers.push([status, headers['retry-after']])
    }
    expect(answers).toStrictEqual([
      [200, undefined],
      [200, undefined],
      [200, undefined],
      [307, undefined],
      [503, '7'],
    ])
    expect(got).toStrictEqual(
      ['/', '/none', '/moved?a=b', '/moved', '/busy'].map((path) => ['POST', path, 'this', 'what is told']),
    )
    // undici takes a connection again a turn later: they are two, by turns.
    expect(sockets.size).toBeLessThanOrEqual(2)
  })

  it.each([
    ['is announced as long', { 'content-length': 10_000_000 }, 1],
    ['is not announced, and does not end', {}, 1],
    ['is announced as short, and does not end', { 'content-length': 1_000 }, 0],
  ])('does not wait for what %s', async (_, headers, closed) => {
    let connections = 0
    let gone = 0
    const port = await serve((request, response) => {
      connections += 1
      request.socket.once('close', () => {
        gone += 1
      })
      response.writeHead(200, headers).write('x')
    })
    expect(await open().post(post(port))).toMatchObject({ status: 200 })
    expect(connections).toBe(1)
    await expect.poll(() => gone).toBe(closed)
  })

  it.each([
    ['is never answered', ''],
    ['is answered with half a header', 'HTTP/1.1 200 OK\r\nx: y\r\n'],
    ['is told to go on, and nothing more', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
  ])('fails in time where it %s', async (_, reply) => {
    const port = await serveRaw(reply)
    await expect(open().post({ ...post(port), totalTimeoutMs: 100 })).rejects.toMatchObject({
      name: 'OutboundFailed',
      message: 'it took longer than 100 ms',
    })
  })

  it('fails in time where all connections are taken, and is not sent later', async () => {
    const urls: (string | undefined)[] = []
    const waiting: (() => void)[] = []
    const port = await serve((request, response) => {
      urls.push(request.url)
      waiting.push(() => response.end())
    })
    const outbound = open({ connectionsPerOrigin: 1 })
    const first = outbound.post(post(port, '/first'))
    await expect.poll(() => urls).toStrictEqual(['/first'])
    await expect(outbound.post({ ...post(port, '/late'), totalTimeoutMs: 50 })).rejects.toMatchObject({
      name: 'OutboundFailed',
    })
    waiting[0]!()
    expect((await first).status).toBe(200)
    const next = outbound.post(post(port, '/next'))
    await expect.poll(() => urls).toStrictEqual(['/first', '/next'])
    waiting[1]!()
    expect((await next).status).toBe(200)
  })

  it('goes nowhere it may not, however often it is asked to', async () => {
    const outbound = open()
    for (const url of ['http://127.0.0.2/', 'file:///etc/passwd', 'http://127.0.0.2/']) {
      const reason = url.startsWith('file') ? 'not_http' : 'address_not_allowed'
      await expect(outbound.post({ ...post(1), url })).rejects.toMatchObject(refused(reason))
    }
  })

  it('goes to a name only as long as that leads to where it may', async () => {
    const port = await serve((_, response) => response.setHeader('connection', 'close').end(), '0.0.0.0')
    let address = '127.0.0.1'
    const outbound = open({ resolve: async () => [{ address, family: 4 }] })
    const named = { ...post(port), url: `http://hook.test:${port}/` }
    expect((await outbound.post(named)).status).toBe(200)
    address = '127.0.0.2'
    await expect(outbound.post(named)).rejects.toMatchObject(refused('address_not_allowed'))
  })

  it('is none where nobody listens, or with headers that cannot be', async () => {
    const port = await serve((_, response) => response.end())
    const outbound = open()
    const impossible = { ...post(port), headers: { 'x-about': 'two\r\nlines' } }
    await expect(outbound.post(impossible)).rejects.toMatchObject({ name: 'OutboundFailed' })
    await opened.at(-2)?.close()
    await expect(outbound.post(post(port))).rejects.toMatchObject({
      name: 'OutboundFailed',
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })
})
