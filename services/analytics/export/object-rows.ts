import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { Checksum } from '../../../contracts/resources/checksum.ts'
import type { Columns, RowOf } from '../../../projections/vast/tables/column.ts'
import { type DescribedObject, objectRow } from '../../../projections/vast/tables/objects.ts'
import type { CatalogReader } from '../../catalog/catalog-reader.ts'
import type { ObjectRow } from '../../catalog/object-queries.ts'

type Described = Pick<
  ObjectRow,
  | 'id'
  | 'role'
  | 'content_type'
  | 'first_flow_id'
  | 'timerange'
  | 'key_frame_count'
  | 'init_object_id'
  | 'size_bytes'
  | 'checksums'
  | 'storage_id'
  | 'has_urls'
>

/** As the table of objects tells it. */
export function described(row: Described, reader: CatalogReader): DescribedObject {
  const { id, has_urls, storage_id, checksums } = row
  const own = storage_id === null ? [] : [storage_id]
  return {
    id,
    role: row.role,
    content_type: row.content_type,
    first_referenced_by_flow: row.first_flow_id,
    timerange: row.timerange,
    key_frame_count: row.key_frame_count,
    init_object_id: row.init_object_id,
    size_bytes: row.size_bytes,
    checksums: checksums === null ? [] : (JSON.parse(checksums) as Checksum[]),
    storage_ids: has_urls ? [...own, ...reader.instances(id).map((each) => each.storage_id)] : own,
    url_labels: has_urls ? reader.urls(id).map(({ label }) => label) : [],
  }
}

const IDS_AT_ONCE = 1_000

/** Those of the objects that are there, in no order. Rows come as arrays, which take a third of the time. */
export function objectRows(
  database: DatabaseSyncInstance,
  reader: CatalogReader,
  ids: Iterable<string>,
): readonly RowOf<Columns>[] {
  const some = database.prepare(`
    SELECT objects.id, role, content_type, first_flow_id, timerange, key_frame_count, init_object_id, size_bytes, checksums,
      storage_id, has_urls
    FROM json_each(?) wanted CROSS JOIN objects ON objects.id = wanted.value`)
  some.setReturnArrays(true)
  const all = [...ids]
  const rows: RowOf<Columns>[] = []
  for (let from = 0; from < all.length; from += IDS_AT_ONCE) {
    const found = some.all(JSON.stringify(all.slice(from, from + IDS_AT_ONCE)))
    for (const cells of found as unknown as Cells[]) rows.push(objectRow(described(rowOf(cells), reader)))
  }
  return rows
}

type Cells = readonly [
  Described['id'],
  Described['role'],
  Described['content_type'],
  Described['first_flow_id'],
  Described['timerange'],
  Described['key_frame_count'],
  Described['init_object_id'],
  Described['size_bytes'],
  Described['checksums'],
  Described['storage_id'],
  Described['has_urls'],
]

const rowOf = (cells: Cells): Described => ({
  id: cells[0],
  role: cells[1],
  content_type: cells[2],
  first_flow_id: cells[3],
  timerange: cells[4],
  key_frame_count: cells[5],
  init_object_id: cells[6],
  size_bytes: cells[7],
  checksums: cells[8],
  storage_id: cells[9],
  has_urls: cells[10],
})
