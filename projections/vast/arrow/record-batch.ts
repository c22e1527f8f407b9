import { type Data, makeData, RecordBatch, type Schema, Struct } from 'apache-arrow'
import type { Columns, RowOf } from '../tables/column.ts'
import { arrowSchema } from './arrow-schema.ts'
import { columnBuilder } from './column-builder.ts'

export type RecordBatchBuilder<C extends Columns> = {
  /** Of rows that were not taken yet. */
  length(): number
  /** Nothing of the row is kept. */
  append(row: RowOf<C>): void
  /** The rows so far; the next batch begins. */
  take(): RecordBatch
}

/** @param expected about how many rows a batch will have */
export function recordBatchBuilder<C extends Columns>(columns: C, expected?: number): RecordBatchBuilder<C> {
  const schema = arrowSchema(columns)
  const names = Object.keys(columns) as (keyof C)[]
  const builders = names.map((name) => columnBuilder(columns[name]!, expected))
  let length = 0
  return {
    length: () => length,
    append(row) {
      for (let at = 0; at < names.length; at++) builders[at]!.append(row[names[at]!])
      length++
    },
    take() {
      const children = builders.map((builder) => builder.take())
      const batch = batchOf(schema, length, children)
      length = 0
      return batch
    },
  }
}

/** Turns rows into a record batch of `columns`, which may be fewer than the rows have. */
export function recordBatch<C extends Columns>(columns: C, rows: readonly RowOf<C>[]): RecordBatch {
  const builder = recordBatchBuilder(columns, rows.length)
  for (const row of rows) builder.append(row)
  return builder.take()
}

/** The batch with other values in one of its columns. */
export function withColumn({ schema, numRows, data }: RecordBatch, name: string, column: Data): RecordBatch {
  const index = schema.fields.findIndex((field) => field.name === name)
  return batchOf(schema, numRows, data.children.with(index, column))
}

const batchOf = (schema: Schema, length: number, children: Data[]): RecordBatch =>
  new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }))
