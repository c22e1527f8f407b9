import { insertRows } from '../catalog/insert-rows.ts'
import type { SqlValue } from '../catalog/row-change.ts'
import { bucketOf, SIZE_BOUNDS } from './buckets.ts'
import { flowOfKey, touch } from './flow-state.ts'
import { contribute } from './sums.ts'
import type { Contribution, FlowState, ObjectState, ViewWrite } from './view-write.ts'

type ObjectRow = {
  readonly role: 'media' | 'init' | null
  readonly size_bytes: number | null
  readonly storage: string | null
  readonly uses: number
  readonly flows: number
}

/** The object, as it is now: of one that is not known, a new one that is not there yet. */
export function objectOf({ prepare, objects }: ViewWrite, id: string): ObjectState {
  const known = objects.get(id)
  if (known) return known
  const row = prepare('SELECT role, size_bytes, storage, uses, flows FROM objects WHERE id = ?').get(id) as
    | ObjectRow
    | undefined
  const facts = {
    exists: row !== undefined,
    role: row?.role ?? null,
    size_bytes: row?.size_bytes ?? null,
    storages: row?.storage?.split(',').map(Number) ?? [],
    uses: row?.uses ?? 0,
    flows: row?.flows ?? 0,
  }
  const object = {
    id,
    wasThere: row !== undefined,
    before: storageOf(facts),
    ...facts,
    usesByFlow: new Map<number, number>(),
  }
  objects.set(id, object)
  return object
}

/** Changes what an object is, in the sums of the flows that use it too. */
export function changeObject(write: ViewWrite, object: ObjectState, change: () => void): void {
  const flows = object.flows === 0 ? [] : flowsOf(write, object)
  for (const flow of flows) countObject(write, object, flow, -1)
  change()
  for (const flow of flows) countObject(write, object, flow, 1)
}

/** Segments of a flow that use an object came, or went. */
export function useObject(write: ViewWrite, object_id: string, flow: FlowState, by: 1 | -1): void {
  const object = objectOf(write, object_id)
  const before = usesBy(write, object, flow)
  const after = before + by
  object.usesByFlow.set(flow.key, after)
  object.uses += by
  if (before === 0) {
    object.flows += 1
    countObject(write, object, flow, 1)
  }
  if (after === 0) {
    object.flows -= 1
    countObject(write, object, flow, -1)
  }
}

type Described = Pick<ObjectState, 'exists' | 'role' | 'size_bytes' | 'storages' | 'uses' | 'flows'>

/** What an object adds to the storage of all. */
function storageOf(object: Described): readonly Contribution[] {
  if (!object.exists) return []
  const [total, ...others] = bytesOf(object)
  const { role, uses, flows } = object
  const sums: Record<string, bigint> = { ...total!.sums }
  if (role === null) sums['unregistered_objects'] = 1n
  else sums[`${role}_objects`] = 1n
  if (role !== null && uses === 0) sums['orphaned_objects'] = 1n
  if (flows > 1) sums['shared_objects'] = 1n
  if (role === 'media' && uses > 0) {
    sums['uses'] = BigInt(uses)
    sums['used_objects'] = 1n
  }
  return [{ ...total!, sums }, ...others]
}

/** What it adds to that of a flow that uses it: the total first. */
function bytesOf({ size_bytes, storages }: Described): readonly Contribution[] {
  const sums = {
    objects: 1n,
    measured_objects: size_bytes === null ? 0n : 1n,
    measured_bytes: BigInt(size_bytes ?? 0),
  }
  const bucket = size_bytes === null ? [] : [String(bucketOf(SIZE_BOUNDS, size_bytes))]
  return [
    { dimension: 'total', value: '', weight: 1, sums: { ...sums, instances: BigInt(storages.length) } },
    ...storages.map((key) => ({ dimension: 'storage_id', value: String(key), weight: 1, sums })),
    ...bucket.map((value) => ({ dimension: 'size_up_to', value, weight: 1, sums })),
  ]
}

function countObject(write: ViewWrite, object: ObjectState, flow: FlowState, sign: 1 | -1): void {
  touch(write, flow)
  contribute(write.sums, flow.key, bytesOf(object), sign)
  flow.objects += sign
  if (object.size_bytes === null) return
  flow.measured_objects += sign
  flow.measured_bytes += BigInt(sign * object.size_bytes)
}

function usesBy({ prepare }: ViewWrite, object: ObjectState, { key }: FlowState): number {
  const known = object.usesByFlow.get(key)
  if (known !== undefined) return known
  if (!object.wasThere) return 0
  const row = prepare('SELECT count FROM object_uses WHERE object_id = ? AND flow = ?').get(object.id, key)
  return (row as { count: number } | undefined)?.count ?? 0
}

function flowsOf(write: ViewWrite, object: ObjectState): readonly FlowState[] {
  const rows = write.prepare('SELECT flow FROM object_uses WHERE object_id = ?').all(object.id)
  const keys = new Set((rows as { flow: number }[]).map(({ flow }) => flow))
  for (const [key, count] of object.usesByFlow) {
    if (count > 0) keys.add(key)
    else keys.delete(key)
  }
  return [...keys].map((key) => flowOfKey(write, key))
}

/** Their own rows, and those of their uses that have changed; and what they add to the storage of all. */
export function saveObjects(write: ViewWrite, scope: number): void {
  const { prepare, sums } = write
  const rows: SqlValue[][] = []
  const uses: SqlValue[][] = []
  for (const object of write.objects.values()) {
    const { id, exists, role, size_bytes, storages } = object
    contribute(sums, scope, object.before, -1)
    contribute(sums, scope, storageOf(object), 1)
    const storage = storages.length === 0 ? null : storages.join(',')
    if (exists) rows.push([id, role, size_bytes, storage, object.uses, object.flows])
    else if (object.wasThere) prepare('DELETE FROM objects WHERE id = ?').run(id)
    for (const [flow, count] of object.usesByFlow) {
      if (count > 0) uses.push([id, flow, count])
      else if (object.wasThere) {
        prepare('DELETE FROM object_uses WHERE object_id = ? AND flow = ?').run(id, flow)
      }
    }
  }
  insertRows(prepare, 'INSERT OR REPLACE INTO objects', rows)
  insertRows(prepare, 'INSERT OR REPLACE INTO object_uses', uses)
}
