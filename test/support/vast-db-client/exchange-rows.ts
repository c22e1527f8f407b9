import { text } from 'node:stream/consumers'
import { type Field, makeData, RecordBatch, Schema, Struct } from 'apache-arrow'
import { connect } from '../../../services/adapters/vast-db/connect.ts'
import { ROW_ID, rowIdsOf } from '../../../services/adapters/vast-db/rows/row-ids.ts'
import { dataOf, type Exact, exactValues } from './exact-values.ts'

// Our client, for another one to be held against: does what standard input says, and prints a table's rows, by column.
type Task = {
  readonly url: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly bucket: string
  readonly schema: string
  readonly table: string
  /** Makes the table, with the columns of this one. */
  readonly like?: string
  readonly insert?: Columns
  /** Rows by their ids. */
  readonly update?: { readonly ids: readonly string[]; readonly columns: Columns }
}

type Columns = Readonly<Record<string, readonly Exact[]>>

const task = JSON.parse(await text(process.stdin)) as Task
const { url, bucket, schema, table: name, like, insert, update, ...credentials } = task
const db = await connect({ endpoints: [url], credentials })
const columns = await db.transaction(async (tx) => {
  const ref = { bucket, schema, table: name }
  if (like !== undefined) await tx.createTable(ref, await tx.table({ ...ref, table: like }).columns())
  const table = tx.table(ref)
  const { fields } = await table.columns()
  if (insert) await table.insert(batchOf(fields, insert))
  if (update)
    await table.update({ values: update.ids.map(BigInt), wide: false }, batchOf(fields, update.columns))
  const names = fields.map((field) => field.name)
  const read: Record<string, Exact[]> = Object.fromEntries([...names, ROW_ID].map((column) => [column, []]))
  for await (const batch of table.select({ columns: [...names, ROW_ID], subSplits: 1 })) {
    for (const [at, column] of names.entries()) read[column]!.push(...exactValues(batch.data.children[at]!))
    read[ROW_ID]!.push(...Array.from(rowIdsOf(batch.getChild(ROW_ID)!).values, String))
  }
  return read
})
db.close()
console.log(JSON.stringify(columns))

function batchOf(fields: readonly Field[], values: Columns): RecordBatch {
  const given = fields.filter((field) => field.name in values)
  const children = given.map((field) => dataOf(field.type, values[field.name]!))
  const length = children[0]?.length ?? 0
  return new RecordBatch(
    new Schema(given),
    makeData({ type: new Struct(given), length, nullCount: 0, children }),
  )
}
