import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as arrow from 'apache-arrow'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { VastDb } from '../../services/adapters/vast-db/connect.ts'
import {
  type Comparison,
  isNull,
  isValid,
  type Predicate,
  type Value,
} from '../../services/adapters/vast-db/query/predicate.ts'
import type { Transaction } from '../../services/adapters/vast-db/transaction.ts'
import { type RecordedRequest, recordedRequest } from '../support/vast-db/recorded-request.ts'
import { startVastDb, type VastDbServer } from '../support/vast-db/vast-db-server.ts'
import { clientOf } from '../support/vast-db-client/client-of.ts'
import { batchOf } from '../support/vast-db-client/sample-rows.ts'

type Recorded = { readonly operation: string; readonly requests: readonly RecordedRequest[] }

/** What the official client sent for each operation, as `.ci/vast-sdk` recorded it. */
const recordings: readonly Recorded[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '../support/vast-db/recorded/vastdb-2.0.14.json'), 'utf8'),
)
const recordedOf = (operation: string, method: string, command: string): RecordedRequest =>
  recordings
    .find((each) => each.operation === operation)!
    .requests.find((each) => each.method === method && each.command === command)!

const TYPES: Readonly<Record<string, arrow.DataType>> = {
  b: new arrow.Bool(),
  i8: new arrow.Int8(),
  i16: new arrow.Int16(),
  i32: new arrow.Int32(),
  i64: new arrow.Int64(),
  u8: new arrow.Uint8(),
  u16: new arrow.Uint16(),
  u32: new arrow.Uint32(),
  u64: new arrow.Uint64(),
  f32: new arrow.Float32(),
  f64: new arrow.Float64(),
  s: new arrow.Utf8(),
  bin: new arrow.Binary(),
  dec: new arrow.Decimal(3, 12, 128),
  day: new arrow.DateDay(),
  t_s: new arrow.TimeSecond(),
  t_ms: new arrow.TimeMillisecond(),
  t_us: new arrow.TimeMicrosecond(),
  t_ns: new arrow.TimeNanosecond(),
  ts_s: new arrow.TimestampSecond(),
  ts_ms: new arrow.TimestampMillisecond(),
  ts_us: new arrow.TimestampMicrosecond(),
  ts_ns: new arrow.TimestampNanosecond(),
  ts_utc: new arrow.TimestampMicrosecond('UTC'),
}
const EVERY = new arrow.Schema(Object.entries(TYPES).map(([name, type]) => new arrow.Field(name, type, true)))

/** A constant as the recording has it: bytes as Latin-1 text, 64 bits and more as digits. */
function constantOf(column: string, recorded: string | number): Value {
  if (column === 'b') return recorded === 1
  if (column === 's') return Buffer.from(String(recorded), 'latin1').toString('utf8')
  if (column === 'bin') return Buffer.from(String(recorded), 'latin1')
  return typeof recorded === 'string' || column.startsWith('t') ? BigInt(recorded) : recorded
}

type Filter = readonly { readonly column: string; readonly anyOf: readonly Alternative[] }[]
type Alternative = readonly [Comparison, string | number][] | { readonly is: 'null' | 'valid' }

function predicateOf({ column, anyOf }: Filter[number]): Predicate {
  const [alternative] = anyOf
  if ('is' in alternative!) return alternative.is === 'null' ? isNull(column) : isValid(column)
  const [by, value] = alternative![0]!
  return { is: 'comparison', by, column, value: constantOf(column, value) }
}

/** Of one column, one comparison. */
const PREDICATES = recordings.filter(({ operation }) =>
  /^where \w+ (\S+ a value|is( not)? null)$/.test(operation),
)

describe('what is sent for the same operation as by the official client', () => {
  let server: VastDbServer
  let db: VastDb
  const sent: RecordedRequest[] = []
  beforeAll(async () => {
    server = await startVastDb({ onRequest: (request) => sent.push(recordedRequest(request)) })
    db = await clientOf(server)
  })
  afterAll(async () => {
    db.close()
    await server.close()
  })

  /** The one request of a kind that work makes. */
  async function sentBy(
    method: string,
    command: string,
    work: () => Promise<unknown>,
  ): Promise<RecordedRequest> {
    sent.length = 0
    await work()
    return sent.find((each) => each.method === method && each.command === command)!
  }
  const every = (tx: Transaction) => tx.table({ bucket: server.bucket, schema: 's', table: 'every' })
  const inOne = (work: (tx: Transaction) => Promise<unknown>) => () => db.transaction(work)

  it('is the same where schemas and tables are made', async () => {
    const schema = { bucket: server.bucket, schema: 's' }
    const made = await sentBy(
      'POST',
      'schema',
      inOne((tx) => tx.createSchema(schema)),
    )
    expect(made).toEqual(recordedOf('create a schema', 'POST', 'schema'))
    const table = await sentBy(
      'POST',
      'table',
      inOne((tx) => tx.createTable({ ...schema, table: 'every' }, EVERY)),
    )
    expect(table).toEqual(recordedOf('create a table', 'POST', 'table'))
  })

  it.each(PREDICATES.map(({ operation, requests }) => [operation, requests[0]!] as const))(
    'is the same %s',
    async (_, recorded) => {
      const { projection, filter } = recorded.body as { projection: string[]; filter: Filter }
      const query = { columns: projection, where: predicateOf(filter[0]!) }
      const read = async (tx: Transaction) => {
        for await (const batch of every(tx).select(query)) expect(batch.numRows).toBe(0)
      }
      expect(await sentBy('GET', 'data', inOne(read))).toEqual(recorded)
    },
  )

  it('is the same where rows are updated and deleted, and columns changed', async () => {
    const rows = Array.from({ length: 4 }, (_, at) => ({ i8: at }))
    await db.transaction((tx) => every(tx).insert(batchOf(rows, new arrow.Schema([EVERY.fields[1]!]))))

    const gone = recordedOf('delete', 'DELETE', 'rows')
    const remove = inOne((tx) => every(tx).delete({ values: [2n, 0n], wide: false }))
    expect(await sentBy('DELETE', 'rows', remove)).toEqual(gone)
    const added = ['added', 'more'].map(
      (name, at) => new arrow.Field(name, at === 0 ? new arrow.Int16() : new arrow.Utf8(), true),
    )
    const add = inOne((tx) => every(tx).addColumns(new arrow.Schema(added)))
    expect(await sentBy('POST', 'column', add)).toEqual(recordedOf('add columns', 'POST', 'column'))
    const rename = inOne((tx) => every(tx).renameColumn('added', 'renamed'))
    expect(await sentBy('PUT', 'column', rename)).toEqual(recordedOf('rename a column', 'PUT', 'column'))
    const move = inOne((tx) => every(tx).rename({ table: 'renamed' }))
    expect(await sentBy('PUT', 'table', move)).toEqual(recordedOf('rename a table', 'PUT', 'table'))
  })
})
