import { Field, Int64, makeData, RecordBatch, Schema, Struct, Utf8, vectorFromArray } from 'apache-arrow'
import { connect } from '../../../services/adapters/vast-db/connect.ts'
import { and, greaterEqual, startsWith } from '../../../services/adapters/vast-db/query/predicate.ts'
import { rowIdsOf } from '../../../services/adapters/vast-db/rows/row-ids.ts'

export async function example(endpoints: string[], accessKeyId: string, secretAccessKey: string) {
  const db = await connect({ endpoints, credentials: { accessKeyId, secretAccessKey } })

  const columns = new Schema([new Field('id', new Utf8(), true), new Field('bytes', new Int64(), true)])
  const objects = { bucket: 'vastdb', schema: 'media', table: 'objects' }

  await db.transaction(async (tx) => {
    await tx.createSchemaIfMissing(objects)
    const table = await tx.createTableIfMissing(objects, columns)
    const ids = vectorFromArray(['a/1', 'a/2', 'b/1'], new Utf8()).data[0]!
    const bytes = vectorFromArray([10n, 20n, 30n], new Int64()).data[0]!
    const data = makeData({
      type: new Struct(columns.fields),
      length: 3,
      nullCount: 0,
      children: [ids, bytes],
    })
    await table.insert(new RecordBatch(columns, data))
  })

  const total = await db.transaction(async (tx) => {
    const table = tx.table(objects)
    const where = and(startsWith('id', 'a/'), greaterEqual('bytes', 15))
    let sum = 0n
    for await (const batch of table.select({ columns: ['bytes', '$row_id'], where })) {
      for (const row of batch) sum += row['bytes']
      await table.delete(rowIdsOf(batch.getChild('$row_id')!))
    }
    return sum
  })
  db.close()
  return total
}
