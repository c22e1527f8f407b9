import type { RequestListener } from 'node:http'
import { describe, expect, it } from 'vitest'
import {
  type Lane,
  openConnections,
  ownLanes,
  repeated,
  sharedLanes,
} from '../../../bench/load/connections.ts'
import { type Exchange, WrongAnswer } from '../../../bench/load/exchange.ts'
import { serving } from '../serve.ts'

const get = (path: string, expected: Exchange['expected'] = { status: 200 }): Exchange => ({
  method: 'GET',
  path,
  expected,
})

const drive = (answer: RequestListener, lanes: readonly Lane[]) =>
  serving(answer, async (origin) => {
    const connections = openConnections(origin, lanes.length)
    try {
      return await connections.drive(lanes)
    } finally {
      await connections.close()
    }
  })

describe('a load', () => {
  it('sends every exchange once, each lane in its order on a connection of its own', async () => {
    const seen = new Map<number, string[]>()
    const load = await drive(
      (request, response) => {
        const port = request.socket.remotePort!
        seen.set(port, [...(seen.get(port) ?? []), request.url!])
        response.end()
      },
      ownLanes([
        [get('/a1'), get('/a2'), get('/a3')],
        [get('/b1'), get('/b2')],
      ]),
    )
    expect([...seen.values()].sort()).toEqual([
      ['/a1', '/a2', '/a3'],
      ['/b1', '/b2'],
    ])
    expect(load.requests).toBe(5)
  })

  it('shares one list among connections, of which each takes the next', async () => {
    let answered = 0
    const ports = new Set<number>()
    await drive(
      (request, response) => {
        answered++
        ports.add(request.socket.remotePort!)
        response.end()
      },
      sharedLanes(repeated([get('/')], 100), 4),
    )
    expect(answered).toBe(100)
    expect(ports.size).toBe(4)
  })

  it('starts a list over where more is to be sent than it has', () =>
    expect([...repeated([get('/a'), get('/b')], 5)].map(({ path }) => path)).toEqual([
      ...['/a', '/b', '/a', '/b', '/a'],
    ]))

  it('sends bodies as JSON', async () => {
    const told: unknown[] = []
    await drive(
      (request, response) => {
        request.on('data', (chunk) => told.push(request.headers['content-type'], String(chunk)))
        request.on('end', () => {
          response.statusCode = 201
          response.end()
        })
      },
      ownLanes([[{ method: 'POST', path: '/', body: '{"a":1}', expected: { status: 201 } }]]),
    )
    expect(told).toEqual(['application/json', '{"a":1}'])
  })

  it('knows the rate and the latencies of what it sent', async () => {
    const load = await drive((_request, response) => response.end(), sharedLanes(repeated([get('/')], 50), 2))
    expect(load.perSecond).toBe(50 / load.seconds)
    expect(load.p50Ms).toBeGreaterThan(0)
    expect(load.p99Ms).toBeGreaterThanOrEqual(load.p50Ms)
  })
})

describe('a wrong answer ends the measurement', () => {
  it('where the status is not the expected one, saying what was answered', async () => {
    const refusing: RequestListener = (_request, response) => {
      response.statusCode = 503
      response.end('too busy')
    }
    const driven = drive(refusing, ownLanes([[get('/x')]]))
    await expect(driven).rejects.toThrow(WrongAnswer)
    await expect(driven).rejects.toThrow(/503.*too busy/)
  })

  it('where the body is shorter than it should be', async () => {
    const cutting: RequestListener = (_request, response) => response.end('[1]')
    await expect(drive(cutting, ownLanes([[get('/x', { status: 200, bytes: 30_000 })]]))).rejects.toThrow(
      WrongAnswer,
    )
  })
})
