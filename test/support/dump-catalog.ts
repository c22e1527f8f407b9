import { DatabaseSync } from '@photostructure/sqlite'

/**
 * Everything in a catalog, table by table, in key order: two that hold the same are equal. Facets are told by
 * their names, since the ids of these depend on how events came in batches; names that nothing has are left out.
 */
export function dumpCatalog(path: string): Record<string, readonly unknown[]> {
  const database = new DatabaseSync(path, { readOnly: true })
  const tables = database
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
    .all() as { name: string }[]
  const dump = Object.fromEntries(
    tables
      .filter(({ name }) => !INTERNED.includes(name))
      .map(({ name }) => [
        name,
        database.prepare(FACETS[name] ?? `SELECT * FROM ${name} ORDER BY 1, 2`).all(),
      ]),
  )
  database.close()
  return dump
}

const INTERNED = ['facets', 'tag_sets']

const facetsOf = (table: string): string => `
  SELECT key, ifnull(name, CAST(facet AS TEXT)) AS facet, created_ms, updated_ms, sort_label
  FROM ${table} LEFT JOIN facets ON id = facet ORDER BY 1, 2`
const FACETS: Partial<Record<string, string>> = {
  flow_facets: facetsOf('flow_facets'),
  source_facets: facetsOf('source_facets'),
}
