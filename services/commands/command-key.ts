import { createHash } from 'node:crypto'

const DAY_MS = 24 * 60 * 60 * 1000

/** Says of a command that all who bring it are one: it is carried out once, and answered the same every time. */
export type CommandKey = {
  /** Names the key in the log, without telling it: a client's key may be a secret to others. */
  readonly digest: string
  /** Tells whether the request is the same. It cannot be guessed from without the key. */
  readonly fingerprint: string
  /** How long the key is good for at least, and at most twice as long. */
  readonly days: number
  /** In which period of so many days the command came, counted from 1970. */
  readonly period: number
}

export type KeyedRequest = {
  /** Where the key comes from, such as `http`: the same key from elsewhere is another. */
  readonly channel: string
  readonly actor: string | null
  readonly key: string
  /** All that makes the request this one. */
  readonly request: readonly string[]
  readonly days: number
  /** UTC, milliseconds. */
  readonly nowMs: number
}

export function commandKey({ channel, actor, key, request, days, nowMs }: KeyedRequest): CommandKey {
  const owned = [channel, String(days), JSON.stringify(actor), key]
  return {
    digest: digestOf(owned),
    fingerprint: digestOf([...owned, ...request]),
    days,
    period: Math.floor(nowMs / (days * DAY_MS)),
  }
}

/** Names what a command makes, the same for each who brings it: a UUID made of a name, as TAMS's ids may be. */
export function idByKey({ digest, fingerprint }: CommandKey): string {
  const hash = createHash('sha256')
    .update(lengthened([digest, fingerprint]))
    .digest('hex')
  const variant = ((Number.parseInt(hash[16]!, 16) & 0x3) | 0x8).toString(16)
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `5${hash.slice(13, 16)}`,
    `${variant}${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-')
}

/** 192 bits as text that a stream's name can hold. */
const digestOf = (parts: readonly string[]): string =>
  createHash('sha256').update(lengthened(parts)).digest().subarray(0, 24).toString('base64url')

/** Each part with its length before it: no two lists of parts are the same text. */
const lengthened = (parts: readonly string[]): string =>
  parts.map((part) => `${part.length}:${part}`).join('')
