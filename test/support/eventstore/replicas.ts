import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'vitest'
import { type RunningService, startService } from '../running-service.ts'
import { type ListedSegment, listSegments } from '../tams-requests.ts'

/** A service of several on one EventStoreDB, each with a data directory of its own; media is common to them. */
export type Replica = { readonly dataDir: string; service: RunningService | undefined }

export type Replicas = {
  readonly all: readonly Replica[]
  start(replica: Replica): Promise<void>
  /** Of some that runs. */
  url(): string
}

export function replicasOf(folder: string, eventStoreUrl: string, count: number): Replicas {
  const media = join(folder, 'media')
  const backends = join(folder, 'backends.json')
  writeFileSync(backends, JSON.stringify([{ type: 'filesystem', id: randomUUID(), directory: media }]))
  const secret = randomUUID() + randomUUID()
  const all: Replica[] = Array.from({ length: count }, (_, n) => ({
    dataDir: join(folder, `replica-${n}`),
    service: undefined,
  }))
  let next = 0
  return {
    all,
    async start(replica) {
      replica.service = await startService(replica.dataDir, {
        EVENTSTORE_URL: eventStoreUrl,
        SECRET_KEY: secret,
        LOG_LEVEL: 'error',
        STORAGE_BACKENDS: backends,
      })
    },
    url() {
      const running = all.filter(({ service }) => service !== undefined)
      return running[next++ % running.length]!.service!.url
    },
  }
}

/** A flow that several producers write, and what they were told is registered: object ids by timerange. */
export type SharedFlow = { readonly id: string; readonly acknowledged: Map<string, string>; next: number }

/** How often a producer asks for what somebody else has: it is to be refused. */
const TAKEN_EVERY = 7

/**
 * Registers segment after segment until told to stop, each until it is answered for good, with whichever replica
 * answers.
 */
export async function produce(replicas: Replicas, flow: SharedFlow, isOver: () => boolean): Promise<void> {
  for (let n = 1; !isOver(); n++) {
    const object_id = randomUUID()
    const isTaken = n % TAKEN_EVERY === 0 && flow.acknowledged.size > 0
    const timerange = isTaken ? [...flow.acknowledged.keys()].at(-1)! : secondFrom(flow.next++)
    const get_urls = [{ label: 'origin', url: `https://media.example.com/${object_id}` }]
    const status = await register(replicas, flow.id, { object_id, timerange, get_urls }, isOver)
    if (status === 201 && isTaken) throw new Error(`${timerange} was registered twice`)
    if (status === 201) flow.acknowledged.set(timerange, object_id)
    else if (status !== undefined && !isTaken) throw new Error(`a segment was answered with ${status}`)
  }
}

const secondFrom = (start: number): string => `[${start}:0_${start + 1}:0)`

/** @returns undefined where it is over before there is an answer */
async function register(
  replicas: Replicas,
  flow_id: string,
  segment: object,
  isOver: () => boolean,
): Promise<number | undefined> {
  while (!isOver()) {
    const response = await fetch(`${replicas.url()}/flows/${flow_id}/segments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(segment),
    }).catch(() => undefined)
    await response?.arrayBuffer().catch(() => undefined)
    if (response && response.status < 500) return response.status
    if (response && response.status !== 503) throw new Error(`a segment was answered with ${response.status}`)
    await delay(20 + Math.random() * 100)
  }
  return undefined
}

type Health = { readonly log_position: number; readonly catalog: { readonly lag_events: number } }

/** Waits until all replicas have the same log, and their catalogs all of it. */
export async function settled({ all }: Replicas): Promise<void> {
  const healthOf = async ({ service }: Replica) => (await fetch(`${service!.url}/health`)).json()
  const positions = async () => {
    const healths = (await Promise.all(all.map(healthOf))) as Health[]
    return healths.map(({ log_position, catalog }) => `${log_position} ${catalog.lag_events}`)
  }
  let before: readonly string[] = []
  await expect
    .poll(
      async () => {
        const now = await positions()
        const isStill = now.every((one) => one.endsWith(' 0') && one === now[0] && one === before[0])
        before = now
        return isStill
      },
      { timeout: 120_000, interval: 1000 },
    )
    .toBe(true)
}

/** Every replica has all that was acknowledged, once, and nothing that overlaps. */
export async function expectAll(replicas: Replicas, flow: SharedFlow): Promise<void> {
  const lists: (readonly ListedSegment[])[] = []
  for (const { service } of replicas.all) lists.push(await listSegments(service!.url, flow.id, '?limit=1000'))
  const [first, ...others] = lists
  for (const list of others) expect(list).toEqual(first)
  const timeranges = first!.map(({ timerange }) => timerange)
  // They begin at whole seconds and last one, so that only the same overlap.
  expect(new Set(timeranges).size).toBe(timeranges.length)
  const objects = new Map(first!.map(({ timerange, object_id }) => [timerange, object_id]))
  for (const [timerange, object_id] of flow.acknowledged) expect(objects.get(timerange)).toBe(object_id)
}
