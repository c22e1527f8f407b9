import { Failure } from '../failure.ts'
import { mapInOrder } from '../ordered-map.ts'
import { flowPath } from '../tams/flow-path.ts'
import { segmentPages } from '../tams/flow-segments.ts'
import type { Service } from '../tams/service.ts'
import { objectsOf } from './recorded-object.ts'
import { type ObjectReport, type Verdict, verifyObject } from './verify-object.ts'

export type VerifyJob = {
  readonly service: Service
  readonly flowId: string
  /** Canonical text. */
  readonly timerange: string
  /** Objects read at the same time. */
  readonly concurrency: number
}

/** How many objects came out how, and how many bytes were read. */
export type VerifyTotals = Readonly<Record<Verdict, number>> & {
  readonly objects: number
  readonly bytes: number
}

const PAGE_LENGTH = 1000

/**
 * The objects that the segments of a Flow use, init objects too, each once.
 * @throws Failure where there is no such Flow
 */
export async function objectIdsOf({ service, flowId, timerange }: VerifyJob): Promise<readonly string[]> {
  if ((await service.find(flowPath(flowId))) === undefined) throw new Failure(`there is no Flow ${flowId}`)
  const ids = new Set<string>()
  const query = { timerange, accept_get_urls: '', limit: PAGE_LENGTH } as const
  for await (const page of segmentPages(service, flowId, query)) {
    for (const { object_id, init_object } of page) {
      if (init_object) ids.add(init_object.object_id)
      ids.add(object_id)
    }
  }
  return [...ids]
}

/** Re-reads objects, some at once, and tells of each in order. URLs are asked for when an object's turn comes. */
export function verifyObjects(
  { service, concurrency }: VerifyJob,
  objectIds: readonly string[],
): AsyncGenerator<ObjectReport> {
  const find = objectsOf(service)
  return mapInOrder(each(objectIds), concurrency, (id) => verifyObject(service, find, id))
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

export const noTotals: VerifyTotals = {
  objects: 0,
  bytes: 0,
  ok: 0,
  nothing_recorded: 0,
  size_differs: 0,
  checksum_differs: 0,
  unreadable: 0,
}

export const withReport = (totals: VerifyTotals, { verdict, instances }: ObjectReport): VerifyTotals => ({
  ...totals,
  objects: totals.objects + 1,
  bytes: totals.bytes + bytesRead(instances),
  [verdict]: totals[verdict] + 1,
})

export const bytesRead = (instances: ObjectReport['instances']): number =>
  instances.reduce((sum, { size_bytes = 0 }) => sum + size_bytes, 0)
