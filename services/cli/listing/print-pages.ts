import { printJson, printLine } from '../output.ts'
import { type Column, createTable } from './table.ts'

type PrintFlags = { readonly json?: boolean; readonly limit?: number }

/** Prints items as they come, page by page: a JSON text a line, or a table. No page is asked for beyond the limit. */
export async function printPages<T>(
  pages: AsyncIterable<readonly T[]>,
  columns: readonly Column<T>[],
  { json, limit = Infinity }: PrintFlags,
): Promise<void> {
  const table = createTable(columns)
  let left = limit
  for await (const page of pages) {
    const items = page.slice(0, left)
    if (json) for (const item of items) printJson(item)
    else for (const line of table.lines(items)) printLine(line)
    left -= items.length
    if (left <= 0) return
  }
}
