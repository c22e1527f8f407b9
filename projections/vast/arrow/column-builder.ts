import { makeData } from 'apache-arrow'
import type { ColumnKind } from '../tables/column.ts'
import { ARROW_TYPES } from './arrow-schema.ts'
import { type ColumnBuilder, extended, type Store } from './column-store.ts'
import { boolStore, decimalStore, int32Store, int64Store, secondsStore } from './number-stores.ts'
import { textStore, textsStore } from './text-stores.ts'

const STORES: Readonly<Record<ColumnKind, () => Store<never>>> = {
  text: textStore,
  integer: int64Store,
  time_ms: int64Store,
  time_us: int64Store,
  small: int32Store,
  boolean: boolStore,
  seconds: secondsStore,
  decimal: decimalStore,
  whole: decimalStore,
  texts: () => textsStore(columnBuilder('text')),
}

const FIRST_CAPACITY = 16

/** @param expected about how many values there will be */
export function columnBuilder(kind: ColumnKind, expected: number = FIRST_CAPACITY): ColumnBuilder {
  const store = STORES[kind]() as Store<unknown>
  let validity = new Uint8Array(0)
  let hint = expected
  let capacity = 0
  let length = 0
  let nullCount = 0
  const grow = () => {
    capacity = Math.max(2 * capacity, hint, FIRST_CAPACITY)
    store.grow(capacity)
    validity = extended(validity, Math.ceil(capacity / 8))
  }
  return {
    append(value) {
      if (length === capacity) grow()
      if (value === null || value === undefined) {
        nullCount++
        store.skip(length)
      } else {
        validity[length >> 3]! |= 1 << (length & 7)
        store.set(length, value)
      }
      length++
    },
    take() {
      if (length === 0) grow()
      // Without nulls there is no bitmap.
      const nullBitmap = nullCount > 0 ? validity.subarray(0, Math.ceil(length / 8)) : undefined
      const type = ARROW_TYPES[kind]
      const data = makeData({ type, length, nullCount, nullBitmap, ...store.take(length) } as never)
      validity = new Uint8Array(0)
      // The next one is mostly as long.
      hint = length
      capacity = length = nullCount = 0
      return data
    },
  }
}
