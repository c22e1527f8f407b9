import type { DatabaseSyncInstance } from '@photostructure/sqlite'

/** Control characters, which nothing that a catalog's row holds may contain. */
const FIELD_END = '\x1f'
const ROW_END = '\x1e'

/**
 * A query whose answer crosses from SQLite as one text. Handing over a page's values one by one costs more
 * than finding them: this is five times faster for a hundred rows of a dozen columns.
 * @param select with its ORDER BY and LIMIT
 * @param columns names of what it gives, or expressions of them
 * @returns the rows' fields as text, empty for NULL
 */
export function packedRows(
  database: DatabaseSyncInstance,
  columns: readonly string[],
  select: string,
): (...parameters: (string | number)[]) => readonly string[][] {
  const fields = columns.map((column) => `ifnull(${column}, '')`).join(', ')
  const statement = database.prepare(
    `SELECT group_concat(concat_ws(char(31), ${fields}), char(30)) AS packed FROM (${select})`,
  )
  return (...parameters) => {
    const { packed } = statement.get(...parameters) as { packed: string | null }
    return packed === null ? [] : packed.split(ROW_END).map((row) => row.split(FIELD_END))
  }
}
