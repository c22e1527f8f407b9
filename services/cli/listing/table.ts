/** How a column of a listing is called, and what it shows of an item. */
export type Column<T> = { readonly title: string; readonly text: (item: T) => string }

const NOTHING = '-'

export const column = <T>(
  title: string,
  field: (item: T) => string | number | null | undefined,
): Column<T> => ({
  title,
  text: (item) => String(field(item) ?? NOTHING),
})

export type Table<T> = {
  /** Lines for some items; the first time after a line of titles. */
  lines(items: readonly T[]): readonly string[]
}

const GAP = '  '

/**
 * Lays items out in columns as they come, page by page: the first page decides how wide columns are, and what
 * is longer later pushes the rest of its line aside rather than be cut.
 */
export function createTable<T>(columns: readonly Column<T>[]): Table<T> {
  let widths: readonly number[] | undefined
  return {
    lines: (items) => {
      const rows = items.map((item) => columns.map(({ text }) => text(item)))
      if (widths) return rows.map((row) => lineOf(row, widths ?? []))
      if (rows.length === 0) return []
      const titles = columns.map(({ title }) => title.toUpperCase())
      widths = columns.map((_, index) => Math.max(...[titles, ...rows].map((row) => row[index]?.length ?? 0)))
      return [titles, ...rows].map((row) => lineOf(row, widths ?? []))
    },
  }
}

function lineOf(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, index) => cell.padEnd(widths[index] ?? 0))
    .join(GAP)
    .trimEnd()
}
