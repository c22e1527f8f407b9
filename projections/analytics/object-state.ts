import { insertRows } from '../catalog/insert-rows.ts'
import type { SqlValue } from '../catalog/row-change.ts'
import { flowOfKey, touch } from './flow-state.ts'
import type { ObjectFacts } from './object-facts.ts'
import { countInFlow, countInStorage } from './object-sums.ts'
import type { FlowState, ObjectState, ViewWrite } from './view-write.ts'

type ObjectRow = readonly [
  role: 'media' | 'init' | null,
  size_bytes: number | null,
  storage: string | null,
  uses: number,
  flows: number,
  flow: number | null,
  flow_uses: number,
]

/** An object is allocated, registered and used by a segment, which may be in one transaction each. */
const MAX_OBJECTS_KEPT = 20_000

/**
 * The object, as it is now: of one that is not known, a new one that is not there yet.
 * @param isNew nothing was ever said of it
 */
export function objectOf(write: ViewWrite, id: string, isNew = false): ObjectState {
  const changed = write.changedObjects.get(id)
  if (changed) return changed
  const object = write.objects.get(id) ?? (isNew ? newObject(id) : storedObject(write, id))
  object.before = factsOf(object)
  write.objects.set(id, object)
  write.changedObjects.set(id, object)
  return object
}

/** Between transactions. */
export function forgetSomeObjects(objects: Map<string, ObjectState>): void {
  for (const id of objects.keys()) {
    if (objects.size <= MAX_OBJECTS_KEPT) return
    objects.delete(id)
  }
}

const NOTHING: ObjectFacts = { exists: false, role: null, size_bytes: null, storages: [], uses: 0, flows: 0 }

const newObject = (id: string): ObjectState => ({
  id,
  wasThere: false,
  before: NOTHING,
  ...NOTHING,
  flow: null,
  flow_uses: 0,
  otherUses: new Map(),
})

function storedObject({ prepare }: ViewWrite, id: string): ObjectState {
  const statement = prepare(
    'SELECT role, size_bytes, storage, uses, flows, flow, flow_uses FROM objects WHERE id = ?',
  )
  statement.setReturnArrays(true)
  const row = statement.get(id) as unknown as ObjectRow | undefined
  if (!row) return newObject(id)
  const [role, size_bytes, storage, uses, flows, flow, flow_uses] = row
  const storages = storage?.split(',').map(Number) ?? []
  const facts = { exists: true, role, size_bytes, storages, uses, flows }
  return { ...newObject(id), ...facts, wasThere: true, flow, flow_uses }
}

const factsOf = ({ exists, role, size_bytes, storages, uses, flows }: ObjectFacts): ObjectFacts => ({
  exists,
  role,
  size_bytes,
  storages,
  uses,
  flows,
})

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
  setUses(object, flow, before, after)
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

function countObject(write: ViewWrite, object: ObjectState, flow: FlowState, sign: 1 | -1): void {
  touch(write, flow)
  countInFlow(write.objectSums, flow.key, object, sign)
  flow.objects += sign
  if (object.size_bytes === null) return
  flow.measured_objects += sign
  flow.measured_bytes += BigInt(sign * object.size_bytes)
}

function usesBy({ prepare }: ViewWrite, object: ObjectState, { key }: FlowState): number {
  if (object.flow === key) return object.flow_uses
  const known = object.otherUses.get(key)
  if (known !== undefined) return known
  if (!object.wasThere || object.flows === (object.flow === null ? 0 : 1)) return 0
  const row = prepare('SELECT count FROM object_uses WHERE object_id = ? AND flow = ?').get(object.id, key)
  return (row as { count: number } | undefined)?.count ?? 0
}

/** Most objects are used by one flow, which is in their own row; others have rows of their own. */
function setUses(object: ObjectState, { key }: FlowState, before: number, after: number): void {
  const isFree = object.flow === null && before === 0 && !object.otherUses.has(key)
  if (object.flow !== key && !isFree) {
    object.otherUses.set(key, after)
    return
  }
  object.flow = after === 0 ? null : key
  object.flow_uses = after
}

function flowsOf(write: ViewWrite, object: ObjectState): readonly FlowState[] {
  const keys = new Set<number>()
  if (object.flow !== null) keys.add(object.flow)
  if (object.wasThere && object.flows > keys.size) {
    const rows = write.prepare('SELECT flow FROM object_uses WHERE object_id = ?').all(object.id)
    for (const { flow } of rows as { flow: number }[]) keys.add(flow)
  }
  for (const [key, count] of object.otherUses) {
    if (count > 0) keys.add(key)
    else keys.delete(key)
  }
  return [...keys].map((key) => flowOfKey(write, key))
}

/** Their own rows, and those of their uses that have changed; and what they add to the storage of all. */
export function saveObjects(write: ViewWrite): void {
  const { prepare, objectSums } = write
  const rows: SqlValue[][] = []
  const uses: SqlValue[][] = []
  for (const object of write.changedObjects.values()) {
    const { id, exists, role, size_bytes, storages } = object
    countInStorage(objectSums, object.before, -1)
    countInStorage(objectSums, object, 1)
    const storage = storages.length === 0 ? null : storages.join(',')
    if (exists)
      rows.push([id, role, size_bytes, storage, object.uses, object.flows, object.flow, object.flow_uses])
    else if (object.wasThere) prepare('DELETE FROM objects WHERE id = ?').run(id)
    for (const [flow, count] of object.otherUses) {
      if (count > 0) uses.push([id, flow, count])
      else if (object.wasThere) {
        prepare('DELETE FROM object_uses WHERE object_id = ? AND flow = ?').run(id, flow)
      }
    }
    object.otherUses.clear()
    object.wasThere = exists
  }
  insertRows(prepare, 'INSERT OR REPLACE INTO objects', rows)
  insertRows(prepare, 'INSERT OR REPLACE INTO object_uses', uses)
}
