import type { CatalogWrite } from './catalog-write.ts'
import { insertRows } from './insert-rows.ts'
import type { Member } from './staged-rows.ts'

// Who collects whom: rows of flows that carry the sources on both sides, so that what follows for sources is
// read from an index and not from all their flows.

type MemberRow = {
  readonly flow_id: string
  readonly member_id: string
  readonly source_id: string
  readonly member_source_id: string
}

const SOURCE_OF = '(SELECT source_id FROM flows WHERE id = ?)'

export function setMembers(write: CatalogWrite, flow_id: string, members: readonly Member[]): void {
  const { prepare } = write
  const had = relist(write, 'flow_id', flow_id)
  if (had) prepare('DELETE FROM flow_members WHERE flow_id = ?').run(flow_id)
  if (members.length === 0) return
  const sourceOf = prepare(`SELECT ${SOURCE_OF} AS source_id`)
  const sources = new Map<string, string | null>()
  const sourceIdOf = (id: string): string | null => {
    const known = sources.get(id)
    if (known !== undefined) return known
    const { source_id } = sourceOf.get(id) as { source_id: string | null }
    sources.set(id, source_id)
    return source_id
  }
  const rows = members.map((member, place) => [
    flow_id,
    place,
    member.id,
    JSON.stringify(member),
    sourceIdOf(flow_id),
    sourceIdOf(member.id),
  ])
  insertRows(prepare, 'INSERT INTO flow_members', rows)
  relist(write, 'flow_id', flow_id)
}

/**
 * Puts a member back to its place in a collection. Where only parts of the log are replayed, who collects may be
 * yet to come, and then says so itself.
 */
export function restoreMember(write: CatalogWrite, flow_id: string, place: number, member: Member): void {
  write
    .prepare(
      `INSERT OR REPLACE INTO flow_members
       SELECT id, ?, ?, ?, source_id, (SELECT source_id FROM flows WHERE id = ?) FROM flows WHERE id = ?`,
    )
    .run(place, member.id, JSON.stringify(member), member.id, flow_id)
  relist(write, 'flow_id', flow_id)
}

/** A flow that is gone is in no collection. */
export function removeMember(write: CatalogWrite, member_id: string): void {
  if (!relist(write, 'member_id', member_id)) return
  write.prepare('DELETE FROM flow_members WHERE member_id = ?').run(member_id)
}

/**
 * The flows among those staged that are there already and change their source. Where only parts of the log are
 * replayed, one that is updated need not be there, and may be in collections all the same.
 */
export function movedFlows({ prepare, staged }: CatalogWrite): readonly string[] {
  const moved: string[] = []
  for (const [id, { source_id, key }] of staged.puts.get('flows') ?? []) {
    if (key !== undefined) continue
    const row = prepare('SELECT source_id FROM flows WHERE id = ?').get(id) as
      | { source_id: string }
      | undefined
    if (row?.source_id !== source_id) moved.push(id)
  }
  return moved
}

/** Has the rows of a flow that changed its source say so. */
export function rewriteSources(write: CatalogWrite, flow_id: string): void {
  const sides = [
    ['flow_id', 'source_id'],
    ['member_id', 'member_source_id'],
  ] as const
  for (const [side, column] of sides) {
    if (!relist(write, side, flow_id)) continue
    write.prepare(`UPDATE flow_members SET ${column} = ${SOURCE_OF} WHERE ${side} = ?`).run(flow_id, flow_id)
    relist(write, side, flow_id)
  }
}

/** Everyone on either side of these rows has to be looked at. @returns whether there are any */
function relist({ prepare, staged }: CatalogWrite, side: 'flow_id' | 'member_id', id: string): boolean {
  const { flows, sources } = staged.relisted
  const rows = prepare(
    `SELECT flow_id, member_id, source_id, member_source_id FROM flow_members WHERE ${side} = ?`,
  ).all(id) as MemberRow[]
  for (const row of rows) {
    flows.add(row.member_id)
    sources.add(row.source_id).add(row.member_source_id)
  }
  return rows.length > 0
}
