import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'
import type { SqlValue } from './query.ts'

/** Binding a call costs more than inserting a row: from about this many rows a statement on, no more is saved. */
const MAX_ROWS = 32

export type RowInserter = {
  /** The row may be written later, with others. */
  add(...row: SqlValue[]): void
  /** Writes all that was added. */
  flush(): void
  /** Forgets what was added and not written yet. */
  discard(): void
}

/**
 * Inserts rows in the order added, many to a statement.
 * @param target what follows INSERT, e.g. `INTO events`.
 */
export function rowInserter(
  db: DatabaseSyncInstance,
  target: string,
  columns: readonly string[],
): RowInserter {
  const width = columns.length
  const statements = new Map<number, StatementSyncInstance>()
  let pending: SqlValue[] = []

  const statementFor = (rows: number): StatementSyncInstance => {
    const row = `(${columns.map(() => '?').join(', ')})`
    const values = Array.from({ length: rows }, () => row).join(', ')
    const statement = db.prepare(`INSERT ${target} (${columns.join(', ')}) VALUES ${values}`)
    statements.set(rows, statement)
    return statement
  }
  const write = (values: readonly SqlValue[]): void => {
    const rows = values.length / width
    const statement = statements.get(rows) ?? statementFor(rows)
    statement.run(...values)
  }

  return {
    add(...row) {
      pending.push(...row)
      if (pending.length < MAX_ROWS * width) return
      write(pending)
      pending = []
    },
    flush() {
      // Powers of two, so that six statements serve every count.
      let written = 0
      for (let rows = MAX_ROWS / 2; rows >= 1; rows /= 2) {
        if (pending.length - written < rows * width) continue
        write(pending.slice(written, written + rows * width))
        written += rows * width
      }
      pending = []
    },
    discard() {
      pending = []
    },
  }
}
