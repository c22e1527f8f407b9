import { randomFillSync } from 'node:crypto'
import { InvalidMediaKey } from '../../ports/media-store.ts'

/** 128 bits: a key cannot be guessed, and two never meet. */
const RANDOM_BYTES = 16

/** Lower-case only, so that keys stay apart on file systems that ignore case. */
const MEDIA_KEY = /^\d{4}\/(?:0[1-9]|1[0-2])\/(?:0[1-9]|[12]\d|3[01])\/[0-9a-f]{32}$/

const DAY_MS = 24 * 60 * 60 * 1000

/** Drawn for many keys at once, as each draw is a call into OpenSSL. */
const pool = Buffer.alloc(RANDOM_BYTES * 256)
let drawn = pool.length

let lastDay = { number: Number.NaN, path: '' }

/** @returns e.g. `2026/11/21/0f1e...`: the day (UTC) and nothing but chance */
export const newMediaKey = (nowMs: number): string => `${dayPath(nowMs)}/${randomHex()}`

/** Whether a text has the exact shape of a key. Nothing else may become part of a path. */
export const isMediaKey = (text: string): boolean => MEDIA_KEY.test(text)

/** @throws InvalidMediaKey */
export function requireMediaKey(text: string): void {
  if (!isMediaKey(text)) throw new InvalidMediaKey('not a key of this media store')
}

function dayPath(nowMs: number): string {
  const number = Math.floor(nowMs / DAY_MS)
  if (number !== lastDay.number) {
    lastDay = { number, path: new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '/') }
  }
  return lastDay.path
}

function randomHex(): string {
  if (drawn === pool.length) {
    randomFillSync(pool)
    drawn = 0
  }
  const start = drawn
  drawn += RANDOM_BYTES
  return pool.toString('hex', start, drawn)
}
