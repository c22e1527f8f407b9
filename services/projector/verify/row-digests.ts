import { createHash } from 'node:crypto'
import type { RecordBatch, Vector } from 'apache-arrow'

/** A row's cells, as text that is the same for the same values, wherever they come from. */
export type RowTexts = readonly (readonly [column: string, text: string])[]

/** @param columns in an order of their own: batches have theirs */
export function* rowTexts(batch: RecordBatch, columns: readonly string[]): Generator<RowTexts> {
  const vectors = columns.map((name) => [name, batch.getChild(name)!] as const)
  for (let row = 0; row < batch.numRows; row++)
    yield vectors.map(([name, vector]) => [name, cellText(vector, row)] as const)
}

function cellText(vector: Vector, row: number): string {
  const value: unknown = vector.get(row)
  if (value === null || typeof value !== 'object') return JSON.stringify(value, exactly)
  if (ArrayBuffer.isView(value)) return String(value)
  return JSON.stringify([...(value as Iterable<unknown>)])
}

const exactly = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)

const DIGEST_BYTES = 6

/** 48 bits of a cryptographic digest. */
export function rowDigest(texts: RowTexts): number {
  const hash = createHash('md5')
  for (const [, text] of texts) hash.update(text).update('\0')
  return hash.digest().readUIntBE(0, DIGEST_BYTES)
}

export const DIGEST_SPAN = 2 ** (8 * DIGEST_BYTES)
