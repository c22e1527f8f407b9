import { setImmediate as nextTurn } from 'node:timers/promises'
import type { RecordBatch, Schema } from 'apache-arrow'
import { openCatalogForReading } from '../../../projections/catalog/catalog-database.ts'
import { arrowSchema } from '../../../projections/vast/arrow/arrow-schema.ts'
import { recordBatch } from '../../../projections/vast/arrow/record-batch.ts'
import { TABLES } from '../../../projections/vast/tables/all-tables.ts'
import type { Columns, RowOf } from '../../../projections/vast/tables/column.ts'
import { catalogReader } from '../../catalog/catalog-reader.ts'
import { resourceSlices } from './resource-slices.ts'
import { segmentSlices } from './segment-slices.ts'
import type { TableRequest } from './table-request.ts'

/** A table has no column of that name, or it was asked for twice. */
export class NoSuchColumn extends Error {
  override readonly name = 'NoSuchColumn'
}

export type TableExport = { readonly schema: Schema; readonly batches: AsyncGenerator<RecordBatch> }

/**
 * A table of the catalog, slice by slice along its key: no slice is read before it is asked for. Rows are as they
 * are when their slice is read.
 * @throws NoSuchColumn
 */
export function exportTable(catalogPath: string, request: TableRequest): TableExport {
  const columns = chosenColumns(TABLES[request.name].columns, request.columns)
  return { schema: arrowSchema(columns), batches: batchesOf(catalogPath, request, columns) }
}

async function* batchesOf(
  catalogPath: string,
  request: TableRequest,
  columns: Columns,
): AsyncGenerator<RecordBatch> {
  // A connection of its own: one that is open for long must not be closed when the catalog is made anew.
  const database = openCatalogForReading(catalogPath)
  try {
    const slices: Iterable<readonly RowOf<Columns>[]> =
      request.name === 'segments'
        ? segmentSlices(database, request)
        : resourceSlices(request.name, database, catalogReader(database), request)
    for (const rows of slices) {
      if (rows.length > 0) yield recordBatch(columns, rows)
      await nextTurn()
    }
  } finally {
    database.close()
  }
}

function chosenColumns(columns: Columns, names: readonly string[] | undefined): Columns {
  if (!names) return columns
  if (names.length === 0) throw new NoSuchColumn('must name a column')
  if (new Set(names).size < names.length) throw new NoSuchColumn('names a column twice')
  return Object.fromEntries(
    names.map((name) => {
      if (!Object.hasOwn(columns, name)) {
        throw new NoSuchColumn(
          `there is no ${name.slice(0, 100)} in this table: it has ${Object.keys(columns).join(', ')}`,
        )
      }
      return [name, columns[name]!]
    }),
  )
}
