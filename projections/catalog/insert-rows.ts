import type { StatementSyncInstance } from '@photostructure/sqlite'
import type { SqlValue } from './row-change.ts'

/** A call into SQLite costs more than the row it inserts: 32 rows a call is where that stops to matter. */
const ROWS_PER_STATEMENT = 32

/**
 * Inserts many rows with few statements.
 * @param insert `INSERT INTO t (a, b)`: all rows have as many values
 * @param conflict an `ON CONFLICT` clause, if any
 */
export function insertRows(
  prepare: (sql: string) => StatementSyncInstance,
  insert: string,
  rows: readonly (readonly SqlValue[])[],
  conflict = '',
): void {
  const width = rows[0]?.length ?? 0
  const whole = rows.length - (rows.length % ROWS_PER_STATEMENT)
  if (whole > 0) {
    const many = prepare(statementFor(insert, width, ROWS_PER_STATEMENT, conflict))
    const values = Array<SqlValue>(width * ROWS_PER_STATEMENT).fill(null)
    for (let i = 0; i < whole; i += ROWS_PER_STATEMENT) {
      for (let at = 0; at < values.length; at++) values[at] = rows[i + Math.floor(at / width)]![at % width]!
      many.run(...values)
    }
  }
  if (whole === rows.length) return
  const single = prepare(statementFor(insert, width, 1, conflict))
  for (let i = whole; i < rows.length; i++) single.run(...rows[i]!)
}

function statementFor(insert: string, width: number, count: number, conflict: string): string {
  const row = `(${Array(width).fill('?').join(', ')})`
  return `${insert} VALUES ${Array(count).fill(row).join(', ')} ${conflict}`
}
