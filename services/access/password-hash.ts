import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

/** What a password is kept as. The text is a PHC string: `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`. */
export type PasswordHash = {
  /** Binary logarithm of the cost. */
  readonly ln: number
  readonly r: number
  readonly p: number
  readonly salt: Buffer
  readonly hash: Buffer
}

/** A quarter of a second, 32 MiB. @see OWASP, Password Storage */
const DEFAULT = { ln: 15, r: 8, p: 3 }
const HASH_BYTES = 32
const SALT_BYTES = 16

const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

/** @returns undefined for what is none, or takes more time and memory than a service can give */
export function parsePasswordHash(text: string): PasswordHash | undefined {
  const match = PHC.exec(text)
  if (!match) return undefined
  const [ln, r, p] = match.slice(1, 4).map(Number) as [number, number, number]
  if (ln < 10 || ln > 18 || r < 1 || r > 16 || p < 1 || p > 8) return undefined
  return { ln, r, p, salt: Buffer.from(match[4]!, 'base64'), hash: Buffer.from(match[5]!, 'base64') }
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const hash = await derive(password, { ...DEFAULT, salt, hash: Buffer.alloc(HASH_BYTES) })
  const { ln, r, p } = DEFAULT
  return `$scrypt$ln=${ln},r=${r},p=${p}$${unpadded(salt)}$${unpadded(hash)}`
}

/** Takes as long whether it is right or not. */
export async function isPassword(password: string, kept: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await derive(password, kept), kept.hash)
}

/** One that no password has, and which takes as long as another to find that out. */
export const impossibleHash = (like: PasswordHash): PasswordHash => ({
  ...like,
  salt: randomBytes(SALT_BYTES),
  hash: randomBytes(like.hash.length),
})

function derive(password: string, { ln, r, p, salt, hash }: PasswordHash): Promise<Buffer> {
  const N = 2 ** ln
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r }
  return new Promise((resolve, reject) => {
    scrypt(password, salt, hash.length, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')
