import { flowOf, touch } from './flow-state.ts'
import { ingestOf } from './ingest.ts'
import { changeObject, objectOf } from './object-state.ts'
import { addSegments, removeSegments } from './timeline-views.ts'
import { type DeletionStatus, deletionsOf, type ViewChange } from './view-change.ts'
import type { ViewWrite } from './view-write.ts'

type Appliers = {
  readonly [Op in ViewChange['op']]: (write: ViewWrite, change: Extract<ViewChange, { op: Op }>) => void
}

export const applyViewChange = (write: ViewWrite, change: ViewChange): void =>
  (appliers[change.op] as (write: ViewWrite, change: ViewChange) => void)(write, change)

const appliers: Appliers = {
  'put-flow': (write, { flow: facts }) => {
    const flow = flowOf(write, facts.id)
    touch(write, flow)
    flow.facts = facts
    flow.isLive = true
    writeTags(write, flow.key, facts.tags)
  },
  'hide-flow': (write, { flow_id }) => {
    const flow = flowOf(write, flow_id)
    touch(write, flow)
    flow.isLive = false
    writeTags(write, flow.key, {})
  },
  'add-segments': (write, { flow_id, segments }) => addSegments(write, flow_id, segments),
  'remove-segments': (write, change) => removeSegments(write, change),
  'put-object': (write, { object_id, isNew, role, size_bytes }) => {
    const object = objectOf(write, object_id, isNew)
    if (role !== undefined && object.role === null) ingestOf(write).objects += 1
    changeObject(write, object, () => {
      object.exists = true
      if (role !== undefined) object.role = role
      if (size_bytes !== undefined) object.size_bytes = size_bytes
    })
  },
  'count-init': (write, { object_id, by }) => {
    const object = objectOf(write, object_id)
    if (object.role === 'init') object.uses += by
  },
  'add-instance': (write, { object_id, isNew, storage_id }) => {
    const object = objectOf(write, object_id, isNew)
    const key = storageKey(write, storage_id)
    changeObject(write, object, () => {
      object.exists = true
      object.storages = [...object.storages.filter((each) => each !== key), key]
    })
  },
  'remove-instance': (write, { object_id, storage_id }) => {
    const object = objectOf(write, object_id)
    const key = storageKey(write, storage_id)
    changeObject(write, object, () => {
      object.storages = object.storages.filter((each) => each !== key)
    })
  },
  'retire-object': (write, { object_id }) => {
    const object = objectOf(write, object_id)
    Object.assign(object, { exists: false, role: null, size_bytes: null, storages: [], uses: 0 })
  },
  count: ({ counts }, { kind, by }) => {
    counts.set(kind, (counts.get(kind) ?? 0) + by)
  },
  'put-deletion': ({ prepare, counts }, { id, status }) => {
    const before = prepare('SELECT status FROM deletions WHERE id = ?').get(id) as
      | { status: DeletionStatus }
      | undefined
    const count = (of: DeletionStatus, by: 1 | -1) =>
      counts.set(deletionsOf(of), (counts.get(deletionsOf(of)) ?? 0) + by)
    if (before) count(before.status, -1)
    if (status) count(status, 1)
    if (status) prepare('INSERT OR REPLACE INTO deletions VALUES (?, ?)').run(id, status)
    else prepare('DELETE FROM deletions WHERE id = ?').run(id)
  },
}

function writeTags(
  { prepare }: ViewWrite,
  flow: number,
  tags: Readonly<Record<string, string | readonly string[]>>,
): void {
  prepare('DELETE FROM flow_tags WHERE flow = ?').run(flow)
  const insert = prepare('INSERT OR IGNORE INTO flow_tags VALUES (?, ?, ?)')
  for (const [name, values] of Object.entries(tags)) {
    for (const value of [values].flat()) insert.run(name, value, flow)
  }
}

function storageKey({ prepare, storages }: ViewWrite, id: string): number {
  const known = storages.get(id)
  if (known !== undefined) return known
  prepare('INSERT OR IGNORE INTO storages (id) VALUES (?)').run(id)
  const { key } = prepare('SELECT key FROM storages WHERE id = ?').get(id) as { key: number }
  storages.set(id, key)
  return key
}
