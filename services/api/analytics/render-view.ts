import type { ColumnKind, Columns, RowOf, Table } from '../../../projections/vast/tables/column.ts'

/** Columns that are told as a ratio, with nine decimals. */
const RATIOS: readonly string[] = ['reuse_ratio', 'coverage']
/** Columns of whole numbers that may be more than a JSON number is exact in. */
const BYTES: readonly string[] = ['measured_bytes', 'average_object_bytes']

/** Rows of a view as JSON has them. */
export const renderView = <C extends Columns>({ columns }: Table<C>, rows: readonly RowOf<C>[]) =>
  rows.map((row) =>
    Object.fromEntries(
      Object.entries(columns).map(([name, kind]) => [name, renderValue(name, kind, row[name] ?? null)]),
    ),
  )

function renderValue(name: string, kind: ColumnKind, value: unknown): string | number | null {
  if (value === null) return null
  if (kind === 'decimal') return inBillionths(value as bigint, RATIOS.includes(name) ? '.' : ':')
  if (kind === 'time_ms') return new Date(value as number).toISOString()
  if (kind === 'whole' || BYTES.includes(name)) return String(value)
  return kind === 'integer' ? Number(value) : (value as string)
}

const BILLION = 1_000_000_000n

/** `1:500000000` as TAMS writes time, `1.500000000` as a ratio. */
function inBillionths(value: bigint, separator: ':' | '.'): string {
  const size = value < 0n ? -value : value
  const rest = String(size % BILLION)
  const places = separator === '.' ? rest.padStart(9, '0') : rest
  return `${value < 0n ? '-' : ''}${size / BILLION}${separator}${places}`
}
