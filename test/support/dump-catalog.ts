import { DatabaseSync } from '@photostructure/sqlite'

/** Everything in a catalog, table by table, in key order: two that hold the same are equal. */
export function dumpCatalog(path: string): Record<string, readonly unknown[]> {
  const database = new DatabaseSync(path, { readOnly: true })
  const tables = database
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
    .all() as { name: string }[]
  const dump = Object.fromEntries(
    tables.map(({ name }) => [name, database.prepare(`SELECT * FROM ${name} ORDER BY 1, 2`).all()]),
  )
  database.close()
  return dump
}
