import { type Data, makeData, RecordBatch, Struct } from 'apache-arrow'
import type { Columns, RowOf } from '../tables/column.ts'
import { arrowSchema } from './arrow-schema.ts'
import { columnData } from './column-data.ts'

/** Turns rows into a record batch of `columns`, which may be fewer than the rows have. */
export function recordBatch<C extends Columns>(columns: C, rows: readonly RowOf<C>[]): RecordBatch {
  const schema = arrowSchema(columns)
  const children = Object.entries(columns).map(([name, kind]): Data => {
    // Taken out of the rows once: a column is gone through several times.
    const values = rows.map((row) => row[name])
    return columnData(kind, rows.length, (index) => values[index])
  })
  const type = new Struct(schema.fields)
  return new RecordBatch(schema, makeData({ type, length: rows.length, nullCount: 0, children }))
}
