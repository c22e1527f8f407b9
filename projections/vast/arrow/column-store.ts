import type { Data } from 'apache-arrow'

/** Values of a column, without those that are null. */
export type Store<V> = {
  /** Room for so many values in all. */
  grow(capacity: number): void
  /** In the order of their places, each of which is either set or left out. */
  set(index: number, value: V): void
  skip(index: number): void
  /** @returns buffers of so many values; the store is empty then */
  take(length: number): Buffers
}

export type Buffers = {
  readonly data?: NodeJS.TypedArray
  readonly valueOffsets?: Int32Array
  readonly child?: Data
}

/** Grows by one value after the other, in the buffers that Arrow sends: nothing of a value is kept beside them. */
export type ColumnBuilder = {
  /** @param value what the column's kind says; null or undefined for nothing */
  append(value: unknown): void
  /** The column so far; the next one begins. */
  take(): Data
}

/** The same bytes with more room after them. */
export function extended<T extends Uint8Array | Int32Array>(array: T, length: number): T {
  const longer = new (array.constructor as new (length: number) => T)(length)
  longer.set(array)
  return longer
}
