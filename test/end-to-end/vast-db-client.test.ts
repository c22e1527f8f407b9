import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  Table as ArrowTable,
  Field,
  Int32,
  Int64,
  makeData,
  type RecordBatch,
  Schema,
  TimestampMicrosecond,
  Utf8,
} from 'apache-arrow'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { VastDb } from '../../services/adapters/vast-db/connect.ts'
import {
  and,
  between,
  contains,
  equal,
  greater,
  greaterEqual,
  isIn,
  isNull,
  isValid,
  less,
  lessEqual,
  notEqual,
  or,
  type Predicate,
  startsWith,
} from '../../services/adapters/vast-db/query/predicate.ts'
import type { SelectOptions } from '../../services/adapters/vast-db/query/select-rows.ts'
import { rowIdsOf } from '../../services/adapters/vast-db/rows/row-ids.ts'
import type { Table } from '../../services/adapters/vast-db/table.ts'
import type { Transaction } from '../../services/adapters/vast-db/transaction.ts'
import { startVastDb, type VastDbServer } from '../support/vast-db/vast-db-server.ts'
import { clientOf } from '../support/vast-db-client/client-of.ts'
import { example } from '../support/vast-db-client/example.ts'
import {
  batchOf,
  plainRows,
  SAMPLE_SCHEMA,
  type SampleRow,
  sampleRow,
} from '../support/vast-db-client/sample-rows.ts'

const column = (name: string, type: Field['type']) => new Field(name, type, true)
const NUMBERS = new Schema([column('n', new Int64()), column('text', new Utf8())])

let server: VastDbServer
let db: VastDb
beforeAll(async () => {
  server = await startVastDb()
  db = await clientOf(server)
  await db.transaction((tx) => tx.createSchema({ bucket: server.bucket, schema: 's1' }))
})
afterAll(async () => {
  db.close()
  await server.close()
})
beforeEach(() => server.faults.clear())

let tables = 0
const newRef = () => ({ bucket: server.bucket, schema: 's1', table: `t${++tables}` })
const newTable = (tx: Transaction, schema: Schema): Promise<Table> => tx.createTable(newRef(), schema)

async function rowsOf(table: Table, options?: SelectOptions): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = []
  for await (const batch of table.select(options)) rows.push(...plainRows(batch))
  return rows
}

/** As many rows as asked for: 0, 1, 2, ... */
function numbered(count: number): RecordBatch {
  const values = BigInt64Array.from({ length: count }, (_, at) => BigInt(at))
  const table = new ArrowTable({ n: makeData({ type: new Int64(), data: values }) } as never)
  return table.batches[0]!
}

const inTable = <T>(schema: Schema, work: (table: Table, tx: Transaction) => Promise<T>): Promise<T> =>
  db.transaction(async (tx) => work(await newTable(tx, schema), tx))

describe('the example of the documentation', () => {
  it('does what it says, and is what the documentation shows', async () => {
    const { accessKeyId, secretAccessKey } = server.account
    expect(await example([server.url], accessKeyId, secretAccessKey)).toBe(20n)

    const read = (path: string) => readFileSync(join(import.meta.dirname, path), 'utf8')
    const code = read('../support/vast-db-client/example.ts').split('\n')
    const shown = code
      .slice(code.indexOf('') + 2, code.indexOf('  return total'))
      .map((line) => line.slice(2))
    expect(read('../../docs/vast-db-client.md')).toContain(shown.join('\n'))
  })
})

describe('rows', () => {
  it('come back as they were inserted, of all types', () =>
    fc.assert(
      fc.asyncProperty(fc.array(sampleRow, { minLength: 1, maxLength: 8 }), (rows) =>
        inTable(SAMPLE_SCHEMA, async (table) => {
          const batch = batchOf(rows)
          const ids = await table.insert(batch)
          expect([...ids.values]).toEqual(rows.map((_, at) => BigInt(at)))
          expect(await rowsOf(table)).toEqual(plainRows(batch))
        }),
      ),
      { numRuns: 30 },
    ))

  it('have null in columns that were not given', () =>
    inTable(NUMBERS, async (table) => {
      await table.insert(batchOf([{ text: 'ß' }], new Schema([NUMBERS.fields[1]!])))
      expect(await rowsOf(table)).toEqual([{ n: null, text: 'ß' }])
    }))

  it('are updated and deleted by their ids, in whichever order those are given', () =>
    inTable(NUMBERS, async (table) => {
      await table.insert(
        batchOf(
          ['a', 'b', 'c', 'd'].map((text, at) => ({ n: BigInt(at), text })),
          NUMBERS,
        ),
      )
      const ids = { values: [3n, 0n, 2n], wide: false }
      await table.update(
        ids,
        batchOf(
          ['D', null, 'C'].map((text) => ({ text })),
          new Schema([NUMBERS.fields[1]!]),
        ),
      )
      await table.delete({ values: [2n, 1n], wide: false })
      expect(await rowsOf(table)).toEqual([
        { n: 0n, text: null },
        { n: 3n, text: 'D' },
      ])

      await expect(table.delete({ values: [3n, 3n], wide: false })).rejects.toMatchObject({
        kind: 'bad_argument',
      })
    }))

  it('are found with their ids', () =>
    inTable(NUMBERS, async (table) => {
      await table.insert(numbered(5))
      const batches = []
      for await (const batch of table.select({ columns: ['$row_id'], where: greater('n', 2) }))
        batches.push(batch)
      const ids = rowIdsOf(batches[0]!.getChild('$row_id')!)
      expect([...ids.values]).toEqual([3n, 4n])
      await table.delete(ids)
      expect(await table.count()).toBe(3)
    }))

  it('may have more columns than a request', async () => {
    const many = new Schema(Array.from({ length: 95 }, (_, at) => column(`c${at}`, new Int32())))
    await inTable(many, async (table) => {
      const rows = [1, 2, 3].map((row) =>
        Object.fromEntries(many.fields.map(({ name }, at) => [name, row * at])),
      )
      await table.insert(batchOf(rows, many))
      expect(await rowsOf(table)).toEqual(rows)
    })
  })

  it('may be wider than a request, and more than a request takes', async () => {
    const wide = new Schema(Array.from({ length: 40 }, (_, at) => column(`c${at}`, new Utf8())))
    await inTable(wide, async (table) => {
      const rows = [0, 1].map((row) =>
        Object.fromEntries(wide.fields.map(({ name }, at) => [name, `${row} ${at} `.padEnd(125_000, '.')])),
      )
      await table.insert(batchOf(rows, wide))
      for (const columns of [
        ['c0', 'c1'],
        ['c39', 'c20'],
      ])
        expect(await rowsOf(table, { columns })).toEqual(
          rows.map((row) => Object.fromEntries(columns.map((name) => [name, row[name]]))),
        )
    })
    await inTable(new Schema([NUMBERS.fields[0]!]), async (table) => {
      const ids = await table.insert(numbered(700_000))
      expect(ids.values.length).toBe(700_000)
      expect(await table.count()).toBe(700_000)
      expect(await table.count({ where: greaterEqual('n', 699_990) })).toBe(10)
    })
  })

  it('are refused where a cell is wider than a request', () =>
    inTable(NUMBERS, async (table) => {
      const rows = batchOf([{ n: 1n, text: 'x'.repeat(5_000_000) }], NUMBERS)
      await expect(table.insert(rows)).rejects.toMatchObject({ kind: 'row_too_wide' })
    }))

  it('are refused by the server where their types are others', () =>
    inTable(NUMBERS, async (table) => {
      const rows = batchOf([{ n: 1 }], new Schema([column('n', new Int32())]))
      await expect(table.insert(rows)).rejects.toMatchObject({ kind: 'type_mismatch' })
    }))
})

describe('a predicate', () => {
  const ROWS: readonly SampleRow[] = [
    {
      i64: -(2n ** 63n),
      text: 'alpha',
      price: null,
      at: 1_700_000_000_000,
      deep: { x: 1, y: { z: 'in' } },
      size: [1, 2],
    },
    {
      i64: 0n,
      text: 'alphabet',
      u64: 2n ** 64n - 1n,
      bool: false,
      deep: { x: null, y: null },
      bytes: Uint8Array.of(200),
    },
    { i64: 2n ** 63n - 1n, text: 'ß', u64: 0n, bool: true, at: 0, float: -0.5, size: [1, 3] },
    { i64: null, text: null, price: Uint32Array.of(0xffffff6a, 0xffffffff, 0xffffffff, 0xffffffff) },
  ]

  it.each<[string, Predicate, number[]]>([
    ['equal', equal('i64', 0), [1]],
    ['not equal, which null never is', notEqual('i64', 0), [0, 2]],
    ['greater', greater('i64', -(2n ** 63n)), [1, 2]],
    ['greater or equal', greaterEqual('i64', 2n ** 63n - 1n), [2]],
    ['less', less('i64', 0n), [0]],
    ['less or equal', lessEqual('i64', 0n), [0, 1]],
    ['null', isNull('i64'), [3]],
    ['not null', isValid('u64'), [1, 2]],
    ['between', between('i64', -1, 1), [1]],
    ['one of', isIn('text', ['alpha', 'ß', 'none']), [0, 2]],
    ['none of nothing', isIn('text', []), []],
    ['text that starts with', startsWith('text', 'alpha'), [0, 1]],
    ['text that contains', contains('text', 'hab'), [1]],
    ['false', equal('bool', false), [1]],
    ['the largest number', equal('u64', 2n ** 64n - 1n), [1]],
    ['bytes', equal('bytes', Uint8Array.of(200)), [1]],
    ['a float', less('float', 0), [2]],
    ['a negative decimal', equal('price', '-1.50'), [3]],
    ['a moment', equal('at', new Date(1_700_000_000_000)), [0]],
    ['a leaf of a struct', equal(['deep', 'x'], 1), [0]],
    ['a leaf of a struct in a struct', equal(['deep', 'y', 'z'], 'in'), [0]],
    ['a list of a fixed size', equal('size', [1, 3]), [2]],
    ['one column and another', and(isValid('u64'), less('i64', 1)), [1]],
    ['one range of a column or another', or(isNull('i64'), between('i64', 1, 2n ** 63n - 1n)), [2, 3]],
    ['all', and(), [0, 1, 2, 3]],
  ])('finds what is %s', (_, where, expected) =>
    inTable(SAMPLE_SCHEMA, async (table) => {
      await table.insert(batchOf(ROWS))
      const found = await rowsOf(table, { columns: ['$row_id'], where })
      expect(found).toEqual(expected.map((at) => ({ $row_id: BigInt(at) })))
      expect(await table.count({ where })).toBe(expected.length)
    }),
  )
})

describe('schemas and tables', () => {
  const names = async (list: AsyncIterable<string | { name: string }>) => {
    const found: string[] = []
    for await (const one of list) found.push(typeof one === 'string' ? one : one.name)
    return found
  }

  it('are made if missing, listed, renamed and dropped', async () => {
    const { bucket } = server
    await db.transaction(async (tx) => {
      const outer = { bucket, schema: 'outer' }
      const inner = { bucket, schema: 'outer/inner' }
      expect([await tx.createSchemaIfMissing(outer), await tx.createSchemaIfMissing(outer)]).toEqual([
        true,
        false,
      ])
      await tx.createSchema(inner)
      expect(await names(tx.listSchemas(bucket, { parent: 'outer' }))).toEqual(['inner'])
      expect(await names(tx.listSchemas(bucket, { prefix: 'ou' }))).toEqual(['outer'])

      const made = await tx.createTableIfMissing({ ...inner, table: 'a' }, NUMBERS)
      await made.insert(numbered(2))
      const found = await tx.createTableIfMissing({ ...inner, table: 'a' }, SAMPLE_SCHEMA)
      expect((await found.columns()).names).toEqual(['n', 'text'])
      await tx.createTable({ ...inner, table: 'b' }, NUMBERS)
      expect(await names(tx.listTables(inner))).toEqual(['a', 'b'])
      await expect(tx.dropSchema(inner)).rejects.toMatchObject({ kind: 'conflict' })

      await found.rename({ table: 'c' })
      await tx.table({ ...inner, table: 'c' }).rename({ schema: 'outer', table: 'moved' })
      expect(await tx.findTable({ ...inner, table: 'a' })).toBeUndefined()
      expect(await tx.findTable({ ...outer, table: 'moved' })).toMatchObject({ name: 'moved', sorted: false })
      expect(await tx.table({ ...outer, table: 'moved' }).count()).toBe(2)
      await tx.table({ ...outer, table: 'moved' }).drop()
      await tx.table({ ...inner, table: 'b' }).drop()
      await tx.dropSchema(inner)
      await tx.dropSchema(outer)
      expect([await tx.schemaExists(inner), await tx.schemaExists(outer)]).toEqual([false, false])
    })
    expect(await db.bucketExists(bucket)).toBe(true)
    expect(await db.bucketExists('none')).toBe(false)
    expect(await db.listBuckets()).toEqual([bucket])
  })

  it('are listed over many pages', async () => {
    const paging = await startVastDb({ maxListPage: 3 })
    const client = await clientOf(paging)
    await client.transaction(async (tx) => {
      const ref = { bucket: paging.bucket, schema: 's' }
      await tx.createSchema(ref)
      for (let at = 0; at < 8; at += 1) await tx.createTable({ ...ref, table: `t${at}` }, SAMPLE_SCHEMA)
      expect(await names(tx.listTables(ref))).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((at) => `t${at}`))
      const columns = await tx.table({ ...ref, table: 't3' }).columns()
      expect(columns.fields.map(String)).toEqual(SAMPLE_SCHEMA.fields.map(String))
    })
    client.close()
    await paging.close()
  })

  it('have columns added, renamed and dropped', () =>
    inTable(NUMBERS, async (table) => {
      await table.insert(numbered(1))
      await table.addColumns(
        new Schema([column('when', new TimestampMicrosecond()), column('more', new Int32())]),
      )
      await table.renameColumn('text', 'a b ß')
      await table.dropColumns(['more'])
      expect((await table.columns()).names).toEqual(['n', 'a b ß', 'when'])
      expect(await rowsOf(table)).toEqual([{ n: 0n, 'a b ß': null, when: null }])
      await expect(table.dropColumns(['more'])).rejects.toMatchObject({ kind: 'bad_argument' })
    }))

  it('have statistics', async () => {
    const ref = newRef()
    await db.transaction(async (tx) => void (await (await tx.createTable(ref, NUMBERS)).insert(numbered(3))))
    await db.transaction(async (tx) =>
      expect(await tx.table(ref).stats()).toMatchObject({ rows: 3n, sorted: false }),
    )
  })

  it('may be sorted, and have wider row ids then', async () => {
    const ref = newRef()
    await db.transaction(async (tx) => {
      const table = await tx.createTable(ref, NUMBERS, { sortedBy: ['text', 'n'] })
      expect((await table.sortedColumns()).names).toEqual(['text', 'n'])
      expect(await tx.findTable(ref)).toMatchObject({ sorted: true })
      const ids = await table.insert(numbered(3))
      expect(ids.wide).toBe(true)
      await table.delete({ ...ids, values: [ids.values[1]!] })
      const left = await rowsOf(table, { columns: ['n'] })
      expect(left.map(({ n }) => n).sort()).toEqual([0n, 2n])
    })
    await inTable(NUMBERS, async (table) => {
      expect((await table.sortedColumns()).names).toEqual([])
      await table.addSortingKey(['n'])
    })
  })
})

describe('a query', () => {
  it('brings a table of many pages, from several streams and splits', () =>
    inTable(new Schema([NUMBERS.fields[0]!]), async (table) => {
      await table.insert(numbered(200_000))
      const found = await rowsOf(table, {
        splits: 3,
        parallel: 2,
        subSplits: 2,
        rowGroups: 1,
        rowsPerReply: 10_000,
      })
      const numbers = found.map(({ n }) => Number(n)).sort((left, right) => left - right)
      expect(numbers.length).toBe(200_000)
      expect(numbers.every((number, at) => number === at)).toBe(true)
    }))

  it('goes on where a connection broke, and loses and repeats no row', () =>
    inTable(new Schema([NUMBERS.fields[0]!]), async (table) => {
      await table.insert(numbered(50_000))
      for (const frames of [0, 1, 2, 5])
        server.faults.add({ kind: 'cut_after_frames', frames }, { command: 'data' })
      server.faults.add({ kind: 'answer', status: 503, code: 'SlowDown' }, { command: 'data' })
      server.faults.add({ kind: 'cut_after' }, { command: 'data' })
      const found = await rowsOf(table, { rowsPerReply: 7000 })
      expect(found).toEqual(Array.from({ length: 50_000 }, (_, at) => ({ n: BigInt(at) })))
    }))

  it('is read whichever way its columns are cut', async () => {
    const cutting = await startVastDb({
      framesPerKeepAlive: 1,
      rowsPerBatch: 2,
      rowsPerPage: 7,
    })
    const client = await clientOf(cutting)
    await client.transaction(async (tx) => {
      await tx.createSchema({ bucket: cutting.bucket, schema: 's' })
      const table = await tx.createTable({ bucket: cutting.bucket, schema: 's', table: 't' }, SAMPLE_SCHEMA)
      const batch = batchOf(fc.sample(sampleRow, 40))
      await table.insert(batch)
      expect(await rowsOf(table)).toEqual(plainRows(batch))
    })
    client.close()
    await cutting.close()
  })

  it('looks at row ids, if asked to', () =>
    inTable(NUMBERS, async (table) => {
      await table.insert(numbered(5))
      expect(await rowsOf(table, { columns: ['n'], where: greater('$row_id', 2) })).toEqual([
        { n: 3n },
        { n: 4n },
      ])
    }))

  it('fails where the server gives it up', () =>
    inTable(NUMBERS, async (table) => {
      await table.insert(numbered(5))
      server.faults.add({ kind: 'fail_after_frames', frames: 2 }, { command: 'data' })
      await expect(rowsOf(table)).rejects.toMatchObject({ kind: 'query_failed' })
    }))

  it('ends early: by a limit, by its reader, by a signal', () =>
    inTable(new Schema([NUMBERS.fields[0]!]), async (table) => {
      await table.insert(numbered(30_000))
      expect(await rowsOf(table, { limit: 3 })).toEqual([{ n: 0n }, { n: 1n }, { n: 2n }])
      expect(await rowsOf(table, { limit: 0 })).toEqual([])
      for await (const batch of table.select({ rowsPerReply: 1000 })) {
        expect(batch.numRows).toBeGreaterThan(0)
        break
      }
      const controller = new AbortController()
      const reading = (async () => {
        for await (const _ of table.select({ rowsPerReply: 1000, signal: controller.signal }))
          controller.abort()
      })()
      await expect(reading).rejects.toMatchObject({ kind: 'aborted' })
      expect(await table.count()).toBe(30_000)
    }))

  it('refuses a column that is not there', () =>
    inTable(NUMBERS, async (table) => {
      await expect(rowsOf(table, { columns: ['none'] })).rejects.toMatchObject({ kind: 'bad_argument' })
      await expect(rowsOf(table, { limit: -1 })).rejects.toMatchObject({ kind: 'bad_argument' })
    }))
})

describe('a transaction', () => {
  it('is seen by others once it is committed', async () => {
    const ref = newRef()
    await db.transaction((tx) => tx.createTable(ref, NUMBERS))
    const writing = await db.begin()
    await writing.table(ref).insert(numbered(2))
    const count = () => db.transaction((tx) => tx.table(ref).count())

    expect([await writing.table(ref).count(), await count()]).toEqual([2, 0])
    await writing.commit()
    expect(await count()).toBe(2)
  })

  it('leaves nothing behind when its work fails', async () => {
    const ref = newRef()
    const work = db.transaction(async (tx) => {
      await tx.createTable(ref, NUMBERS)
      throw new Error('mine')
    })
    await expect(work).rejects.toThrow('mine')
    expect(await db.transaction((tx) => tx.findTable(ref))).toBeUndefined()
  })

  it.each([
    ['cut_before', 0],
    ['cut_after', 1],
  ] as const)('whose outcome is unknown (%s) is told by what it wrote', async (kind, written) => {
    const ref = newRef()
    await db.transaction((tx) => tx.createTable(ref, NUMBERS))
    server.faults.add({ kind }, { method: 'PUT', command: 'transaction' })
    const work = db.transaction(async (tx) => void (await tx.table(ref).insert(numbered(1))))

    await expect(work).rejects.toMatchObject({ kind: 'commit_unknown', settled: true })
    expect(await db.transaction((tx) => tx.table(ref).count())).toBe(written)
  })

  it('is done anew after a conflict, if asked to', async () => {
    const ref = newRef()
    await db.transaction((tx) => tx.createTable(ref, NUMBERS))
    const other = await db.begin()
    await other.table(ref).renameColumn('text', 'other')
    let attempts = 0
    await db.transaction(
      async (tx) => {
        attempts += 1
        if (attempts === 2) await other.rollback()
        await tx.table(ref).renameColumn('text', 'mine')
      },
      { attempts: 2 },
    )
    expect(attempts).toBe(2)
    expect((await db.transaction((tx) => tx.table(ref).columns())).names).toEqual(['n', 'mine'])
  })

  it('that has expired is told as gone', async () => {
    const tx = await db.begin()
    const table = await newTable(tx, NUMBERS)
    server.faults.add({ kind: 'expire' }, { command: 'rows' })
    await expect(table.insert(numbered(1))).rejects.toMatchObject({ kind: 'transaction_gone' })
    await expect(tx.commit()).rejects.toMatchObject({ kind: 'transaction_gone' })
    await tx.rollback()
  })

  it('goes on at another address when one dies', async () => {
    const cluster = await startVastDb()
    const second = await cluster.addEndpoint()
    const client = await clientOf(cluster, { endpoints: [second.url, cluster.url] })
    const ref = { bucket: cluster.bucket, schema: 's', table: 't' }
    await client.transaction(async (tx) => {
      await tx.createSchema(ref)
      const table = await tx.createTable(ref, NUMBERS)
      await table.insert(numbered(3))
      await second.close()
      expect(await rowsOf(table, { columns: ['n'] })).toEqual([{ n: 0n }, { n: 1n }, { n: 2n }])
      await table.insert(numbered(1))
    })
    expect(await client.transaction((tx) => tx.table(ref).count())).toBe(4)
    expect(client.health()[0]).toMatchObject({ baseUrl: second.url, healthy: false })
    client.close()
    await cluster.close()
  })
})
