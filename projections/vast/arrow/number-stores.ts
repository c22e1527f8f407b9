import type { Timestamp } from '../../../contracts/time/timestamp.ts'
import { extended, type Store } from './column-store.ts'

const WORD = 2 ** 32
const HALF = 2 ** 16
const BILLION = 1_000_000_000

const nothing = () => undefined

/** Made of words of 32 bits, the lowest first: numbers that a double holds never become bigints, which are slow. */
function words<V>(wordsPerValue: number, write: (words: Int32Array, at: number, value: V) => void): Store<V> {
  let values = new Int32Array(0)
  return {
    grow: (capacity) => {
      values = extended(values, capacity * wordsPerValue)
    },
    set: (index, value) => write(values, index * wordsPerValue, value),
    skip: nothing,
    take: (length) => {
      const data = values.subarray(0, length * wordsPerValue)
      values = new Int32Array(0)
      return { data }
    },
  }
}

export const int32Store = (): Store<number> =>
  words<number>(1, (words, at, value) => {
    words[at] = value
  })

export function int64Store(): Store<number | bigint> {
  const store = words<number | bigint>(2, (words, at, value) => {
    if (typeof value === 'number' && Number.isSafeInteger(value)) {
      words[at] = value % WORD
      words[at + 1] = Math.floor(value / WORD)
    } else writeBigint(words, at, 2, BigInt(value))
  })
  return {
    ...store,
    take: (length) => {
      const { data } = store.take(length)
      return { data: new BigInt64Array(data!.buffer, 0, length) }
    },
  }
}

/** 128 bits each. */
const unsigned = (store: Store<never>): Store<never> => ({
  ...store,
  take: (length) => ({ data: new Uint32Array(store.take(length).data!.buffer, 0, 4 * length) }),
})

export const decimalStore = (): Store<never> =>
  unsigned(words<bigint>(4, (words, at, value) => writeBigint(words, at, 4, value)))

/** `seconds * 10^9 + nanoseconds`, in steps that a double holds exactly. */
export const secondsStore = (): Store<never> =>
  unsigned(
    words<Timestamp>(4, (words, at, { seconds, nanoseconds }) => {
      const top = Math.floor(seconds / WORD)
      const below = seconds - top * WORD
      const middle = Math.floor(below / HALF)
      const first = (below - middle * HALF) * BILLION + nanoseconds
      const second = middle * BILLION + Math.floor(first / HALF)
      const third = top * BILLION + Math.floor(second / HALF)
      words[at] = ((second % HALF) * HALF) | (first % HALF)
      words[at + 1] = third % WORD
      words[at + 2] = Math.floor(third / WORD)
      words[at + 3] = third < 0 ? -1 : 0
    }),
  )

function writeBigint(words: Int32Array, at: number, count: number, value: bigint): void {
  let rest = value
  for (let word = 0; word < count; word++) {
    words[at + word] = Number(BigInt.asIntN(32, rest))
    rest >>= 32n
  }
}

export function boolStore(): Store<boolean> {
  let bits = new Uint8Array(0)
  return {
    grow: (capacity) => {
      bits = extended(bits, Math.ceil(capacity / 8))
    },
    set: (index, value) => {
      if (value) bits[index >> 3]! |= 1 << (index & 7)
    },
    skip: nothing,
    take: (length) => {
      const data = bits.subarray(0, Math.ceil(length / 8))
      bits = new Uint8Array(0)
      return { data }
    },
  }
}
