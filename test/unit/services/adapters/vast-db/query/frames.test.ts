import { Field, Int64, type RecordBatch, Schema } from 'apache-arrow'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { framesOf } from '../../../../../../services/adapters/vast-db/query/frames.ts'
import { type Page, pageAssembler } from '../../../../../../services/adapters/vast-db/query/pages.ts'
import {
  COMPLETED,
  FAILED,
  FINISHED,
  framesOfBatch,
  framesOfCount,
  KEEP_ALIVE,
} from '../../../../../support/vast-db-client/frames-of-batch.ts'
import {
  batchOf,
  plainRows,
  SAMPLE_SCHEMA,
  sampleRow,
} from '../../../../../support/vast-db-client/sample-rows.ts'
import { VECTORS } from '../wire/vectors.ts'

async function* cutAt(bytes: Buffer, cuts: readonly number[]) {
  const ends = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort(
    (a, b) => a - b,
  )
  for (const [at, end] of ends.entries()) yield bytes.subarray(ends[at - 1] ?? 0, end)
}

async function framesIn(bytes: Buffer, cuts: readonly number[] = []) {
  const frames = []
  for await (const frame of framesOf(cutAt(bytes, cuts))) frames.push(frame)
  return frames
}

async function pagesIn(
  bytes: Buffer,
  schema: Schema,
  cuts: readonly number[] = [],
): Promise<readonly Page[]> {
  const assembler = pageAssembler(schema.fields)
  const pages: Page[] = []
  for (const frame of await framesIn(bytes, cuts)) {
    const page = 'pieces' in frame ? assembler.add(frame) : undefined
    if (page) pages.push(page)
  }
  expect(assembler.isBetweenPages()).toBe(true)
  return pages
}

const rowsIn = (pages: readonly Page[]) =>
  pages.flatMap(({ batches }) => batches.flatMap((batch: RecordBatch) => plainRows(batch)))

const ONE_COLUMN = new Schema([new Field('a', new Int64(), true)])
const RESPONSE = Buffer.from(VECTORS.response, 'hex')

describe('the answer to a query', () => {
  it('is read as it is known to mean, wherever it is cut', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: RESPONSE.length })), async (cuts) => {
        const frames = await framesIn(RESPONSE, cuts)
        expect(frames.map(({ is }) => is)).toEqual(['schema', 'batch', 'end', 'completed'])
        expect(frames.slice(0, 3)).toMatchObject([1, 2, 3].map(() => ({ subSplit: 0, nextRowId: FINISHED })))
        expect(rowsIn(await pagesIn(RESPONSE, ONE_COLUMN, cuts))).toEqual([{ a: 7n }, { a: 8n }])
      }),
    ))

  it('gives back rows of all types from leaves that are cut anywhere', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(sampleRow, { maxLength: 12 }),
        fc.array(fc.array(fc.nat({ max: 12 }), { maxLength: 3 }), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.nat({ max: 100_000 }), { maxLength: 5 }),
        async (rows, leafCuts, leavesPerStream, cuts) => {
          const batch = batchOf(rows)
          const bytes = Buffer.concat([
            ...framesOfBatch(batch, { cuts: leafCuts, leavesPerStream }),
            COMPLETED,
          ])
          const pages = await pagesIn(bytes, SAMPLE_SCHEMA, cuts)
          expect(pages.map((page) => page.rows)).toEqual([rows.length])
          expect(rowsIn(pages)).toEqual(plainRows(batch))
        },
      ),
    ))

  it('comes in several sub-splits at once, with signs of life between them', async () => {
    const schema = new Schema(SAMPLE_SCHEMA.fields.slice(1, 3))
    const batches = [[{ i64: 1n, u64: 2n }], [{ i64: 3n, u64: null }], []].map((rows) =>
      batchOf(rows, schema),
    )
    const streams = batches.map((batch, subSplit) => framesOfBatch(batch, { subSplit }))
    const interleaved = streams[0]!.flatMap((_, at) => [
      KEEP_ALIVE,
      ...streams.map((frames) => frames[at] ?? Buffer.alloc(0)),
    ])

    const pages = await pagesIn(Buffer.concat([...interleaved, COMPLETED]), schema)
    expect(rowsIn(pages)).toEqual([
      { i64: 1n, u64: 2n },
      { i64: 3n, u64: null },
    ])
  })

  it('says how many rows there are where no column is asked for', async () => {
    const bytes = Buffer.concat([...framesOfCount(5), ...framesOfCount(0, 1), COMPLETED])
    expect(await pagesIn(bytes, new Schema([]))).toEqual([
      { rows: 5, batches: [] },
      { rows: 0, batches: [] },
    ])
  })

  it.each([0, 2, 11, 20, 140, RESPONSE.length - 4])(
    'is interrupted when it ends after %s bytes',
    async (length) => {
      await expect(framesIn(RESPONSE.subarray(0, length))).rejects.toMatchObject({ kind: 'interrupted' })
    },
  )

  it('is over once it has failed, or is completed', async () => {
    expect(await framesIn(Buffer.concat([FAILED, RESPONSE]))).toEqual([{ is: 'failed' }])
    expect(await framesIn(Buffer.concat([COMPLETED, Buffer.from('{"rows":1}')]))).toEqual([
      { is: 'completed' },
    ])
  })

  it('is refused where it is garbled', async () => {
    const noMark = Buffer.from(RESPONSE)
    noMark.writeUInt32LE(7, 12)
    await expect(framesIn(noMark)).rejects.toMatchObject({ kind: 'protocol' })
    const tooLong = Buffer.from(RESPONSE)
    tooLong.writeInt32LE(2 ** 31 - 1, 16)
    await expect(framesIn(tooLong)).rejects.toMatchObject({ kind: 'protocol' })
  })

  it('is refused where it is of another type than asked for', async () => {
    const [bool] = SAMPLE_SCHEMA.fields
    await expect(pagesIn(RESPONSE, new Schema([bool!]))).rejects.toMatchObject({ kind: 'protocol' })
  })
})
