import { bucketOf, SIZE_BOUNDS } from './buckets.ts'
import { addBytes, bytesOf, type ExactBytes } from './exact-bytes.ts'
import type { ObjectFacts } from './object-facts.ts'
import { addSums, type PendingSums, STORAGE_SCOPE } from './sums.ts'

/** How often something is so, of many objects; and the bytes of those whose size is known. */
type Tally = { readonly counts: Record<string, number>; readonly bytes: ExactBytes }

type ScopeTally = {
  readonly total: Tally
  readonly storages: Map<number, Tally>
  readonly sizes: Map<number, Tally>
}

/**
 * Changes of the sums of objects, by scope. Objects come by the million, each into sums of all storage and of its
 * flow: they are counted here, and become big numbers with names once a transaction.
 */
export type ObjectSums = Map<number, ScopeTally>

/** What an object adds to the sums of a flow that uses it. */
export function countInFlow(sums: ObjectSums, flow: number, object: ObjectFacts, sign: 1 | -1): void {
  countIn(tallyOf(sums, flow), object, sign)
}

/** What it adds to the storage of all. */
export function countInStorage(sums: ObjectSums, object: ObjectFacts, sign: 1 | -1): void {
  const { exists, role, uses, flows } = object
  if (!exists) return
  const tally = tallyOf(sums, STORAGE_SCOPE)
  countIn(tally, object, sign)
  const { counts } = tally.total
  const count = (name: string, by: number) => {
    counts[name] = (counts[name] ?? 0) + by
  }
  count(role === null ? 'unregistered_objects' : `${role}_objects`, sign)
  if (role !== null && uses === 0) count('orphaned_objects', sign)
  if (flows > 1) count('shared_objects', sign)
  if (role !== 'media' || uses === 0) return
  count('uses', sign * uses)
  count('used_objects', sign)
}

function countIn({ total, storages, sizes }: ScopeTally, object: ObjectFacts, sign: 1 | -1): void {
  const { size_bytes } = object
  add(total, size_bytes, sign)
  total.counts['instances'] = (total.counts['instances'] ?? 0) + sign * object.storages.length
  for (const key of object.storages) add(inMap(storages, key), size_bytes, sign)
  if (size_bytes !== null) add(inMap(sizes, bucketOf(SIZE_BOUNDS, size_bytes)), size_bytes, sign)
}

function add({ counts, bytes }: Tally, size_bytes: number | null, sign: 1 | -1): void {
  counts['objects'] = (counts['objects'] ?? 0) + sign
  if (size_bytes === null) return
  counts['measured_objects'] = (counts['measured_objects'] ?? 0) + sign
  addBytes(bytes, sign * size_bytes)
}

const newTally = (): Tally => ({
  counts: { objects: 0, measured_objects: 0 },
  bytes: { near: 0, far: 0n },
})

function inMap(tallies: Map<number, Tally>, key: number): Tally {
  const found = tallies.get(key) ?? newTally()
  tallies.set(key, found)
  return found
}

function tallyOf(sums: ObjectSums, scope: number): ScopeTally {
  let found = sums.get(scope)
  if (!found) {
    found = { total: newTally(), storages: new Map(), sizes: new Map() }
    sums.set(scope, found)
  }
  return found
}

/** Moves what was counted to where all sums are. */
export function flushObjectSums(objects: ObjectSums, pending: PendingSums): void {
  for (const [scope, { total, storages, sizes }] of objects) {
    const put = (dimension: string, value: string, { counts, bytes }: Tally) => {
      const sums: Record<string, bigint> = { measured_bytes: bytesOf(bytes) }
      for (const name in counts) sums[name] = BigInt(counts[name]!)
      addSums(pending, scope, { dimension, value, weight: counts['objects']!, sums })
    }
    put('total', '', total)
    for (const [key, tally] of storages) put('storage_id', String(key), tally)
    for (const [bucket, tally] of sizes) put('size_up_to', String(bucket), tally)
  }
  objects.clear()
}
