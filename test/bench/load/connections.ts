import { Client } from 'undici'
import { type Exchange, exchangeOn } from './exchange.ts'
import { type Load, loadOf } from './load.ts'

/** What one connection sends: the next exchange starts when the one before it is answered. */
export type Lane = Iterator<Exchange>

export type Connections = {
  /**
   * Sends lane 1 on connection 1, and so on, all at once, each until it is at its end.
   * @throws WrongAnswer
   */
  drive(lanes: readonly Lane[]): Promise<Load>
  close(): Promise<void>
}

/** Longer than any pause between two rounds, so that connections are made once. */
const KEEP_ALIVE_MS = 600_000

/** Opens as many connections as there will be lanes. A connection carries one exchange at a time. */
export function openConnections(origin: string, count: number): Connections {
  const options = { pipelining: 1, keepAliveTimeout: KEEP_ALIVE_MS, keepAliveMaxTimeout: KEEP_ALIVE_MS }
  const clients = Array.from({ length: count }, () => new Client(origin, options))
  return {
    async drive(lanes) {
      if (lanes.length !== clients.length) throw new Error('there must be a lane for each connection')
      const latencies: number[] = []
      const started = performance.now()
      await Promise.all(clients.map((client, index) => driveLane(client, lanes[index]!, latencies)))
      return loadOf(latencies, (performance.now() - started) / 1000)
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.close()))
    },
  }
}

/** Each connection has its own list. */
export const ownLanes = (lists: readonly Iterable<Exchange>[]): readonly Lane[] =>
  lists.map((list) => list[Symbol.iterator]())

/** Whichever connection is free takes the next of one list. */
export function sharedLanes(list: Iterable<Exchange>, connections: number): readonly Lane[] {
  const lane = list[Symbol.iterator]()
  return Array.from({ length: connections }, () => lane)
}

/** As many exchanges, one after the other from a list that starts over. */
export function* repeated(exchanges: readonly Exchange[], times: number): Iterable<Exchange> {
  for (let i = 0; i < times; i++) yield exchanges[i % exchanges.length]!
}

async function driveLane(client: Client, lane: Lane, latencies: number[]): Promise<void> {
  for (let next = lane.next(); !next.done; next = lane.next()) {
    const sent = performance.now()
    await exchangeOn(client, next.value)
    latencies.push(performance.now() - sent)
  }
}
