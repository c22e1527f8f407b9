import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { SegmentRow } from '../../projections/catalog/segment-row.ts'
import { firstSecondOf, lastSecondOf, zoneOf } from '../../projections/catalog/segment-zone.ts'
import { later, sooner } from './segment-queries.ts'
import { compareKeys, type TimeKey } from './time-key.ts'

export type Scan = {
  readonly timeline: number
  readonly object_id: string | undefined
  /** Of the log: segments that were there at it are found. */
  readonly position: number
  /** The first start that counts, and the last. */
  readonly low: TimeKey
  readonly high: TimeKey
  readonly reverse: boolean
  readonly wanted: number
}

/**
 * Up to `wanted` rows in the scan's direction. They are all there are, up to `end`, where the scan ran into too
 * many segments that were not there at the position.
 */
export type Scanned = { readonly rows: readonly SegmentRow[]; readonly end: TimeKey | undefined }

/** What one scan looks at, at most: a few milliseconds. */
const ROWS_AT_ONCE = 2_000
const MAX_STEPS = 8

const COLUMNS = 'start_s, start_ns, end_s, end_ns, end_inclusive, object_id, extra'
const SOURCES = {
  segments: { columns: 'position', wasThere: 'position <= $position', zone: 'held_since <= $position' },
  removed_segments: {
    columns: 'position, removed',
    wasThere: 'position <= $position AND removed > $position',
    zone: 'first_position <= $position AND last_removed > $position',
  },
}

/** Reads one of the tables that segments of the past are in, in order of time. */
export function pastSegmentScan(
  database: DatabaseSyncInstance,
  table: keyof typeof SOURCES,
  rowsAtOnce = ROWS_AT_ONCE,
): (scan: Scan) => Scanned {
  const { columns, wasThere, zone } = SOURCES[table]
  const statementsOf = (order: 'ASC' | 'DESC', byObject: boolean) => {
    const looked = `
      FROM ${table} ${byObject ? `INDEXED BY ${table}_by_object` : ''}
      WHERE timeline = $timeline ${byObject ? 'AND object_id = $object_id' : ''}
        AND (start_s, start_ns) >= ($low_s, $low_ns) AND (start_s, start_ns) <= ($high_s, $high_ns)
      ORDER BY start_s ${order}, start_ns ${order} LIMIT`
    const rows = database.prepare(`
      SELECT ${COLUMNS} FROM (SELECT ${COLUMNS}, ${columns} ${looked} ${rowsAtOnce})
      WHERE ${wasThere} ORDER BY start_s ${order}, start_ns ${order} LIMIT +$wanted`)
    const beyond = database.prepare(`SELECT start_s, start_ns ${looked} 1 OFFSET ${rowsAtOnce}`)
    const zones = database.prepare(`
      SELECT zone FROM segment_zones
      WHERE timeline = $timeline AND zone ${order === 'ASC' ? '>=' : '<='} $near AND ${zone}
      ORDER BY zone ${order} LIMIT 1`)
    // Of those that ever started here, the last to come is the only one that can have been there.
    const at = database.prepare(`
      SELECT ${COLUMNS} FROM (
        SELECT * FROM ${table} WHERE timeline = $timeline AND start_s = $low_s AND start_ns = $low_ns
          AND position <= $position ORDER BY position DESC LIMIT 1)
      WHERE ${wasThere} ${byObject ? 'AND object_id = $object_id' : ''}`)
    for (const statement of [rows, beyond, zones, at]) statement.setReturnArrays(true)
    return { rows, beyond, zones, at }
  }
  // Prepared when they are first asked for: most catalogs never are.
  const prepared = new Map<string, ReturnType<typeof statementsOf>>()
  const statements = ({ reverse, object_id }: Scan) => {
    const name = `${reverse}, ${object_id === undefined}`
    const known = prepared.get(name) ?? statementsOf(reverse ? 'DESC' : 'ASC', object_id !== undefined)
    prepared.set(name, known)
    return known
  }

  return (scan) => {
    const { timeline, object_id, position, reverse, wanted } = scan
    const { rows, beyond, zones, at } = statements(scan)
    let { low, high } = scan
    let found: SegmentRow[] = []
    for (let step = 0; step < MAX_STEPS; step++) {
      const near = zoneOf(reverse ? high[0] : low[0])
      const [next] = zones.all({ position, timeline, near }) as unknown as [number][]
      if (!next) return { rows: found, end: undefined }
      if (reverse) high = sooner(high, [lastSecondOf(next[0]), 999_999_999])
      else low = later(low, [firstSecondOf(next[0]), 0])
      if (compareKeys(low, high) > 0) return { rows: found, end: undefined }
      const bounds = { timeline, low_s: low[0], low_ns: low[1], high_s: high[0], high_ns: high[1] }
      const ofObject = object_id === undefined ? bounds : { ...bounds, object_id }
      const more = rows.all({ ...ofObject, position, wanted: wanted - found.length })
      found.push(...(more as unknown as SegmentRow[]))
      if (found.length >= wanted) return { rows: found, end: undefined }
      const [past] = beyond.all(ofObject) as unknown as TimeKey[]
      if (!past) return { rows: found, end: undefined }
      found = found.filter((row) => row[0] !== past[0] || row[1] !== past[1])
      const isStuck = compareKeys(past, reverse ? high : low) === 0
      if (isStuck) {
        const [low_s, low_ns] = past
        const place = { timeline, position, low_s, low_ns, ...(object_id !== undefined && { object_id }) }
        found.push(...(at.all(place) as unknown as SegmentRow[]))
      }
      if (reverse) high = isStuck ? [past[0], past[1] - 1] : past
      else low = isStuck ? [past[0], past[1] + 1] : past
    }
    return { rows: found, end: reverse ? high : low }
  }
}
