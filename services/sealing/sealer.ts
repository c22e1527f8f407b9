import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** Keeps secrets that have to be had again in clear, such as keys this service authenticates with elsewhere. */
export type Sealer = {
  /** @param owner whose secret it is: it opens for no other */
  seal(secret: string, owner: string): string
  /** @throws CannotOpen */
  open(sealed: string, owner: string): string
}

/** Sealed under another key or for another owner, changed since, or never sealed here. */
export class CannotOpen extends Error {
  override readonly name = 'CannotOpen'
}

const VERSION = 'v1'
const CIPHER = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * Sealed text is `v1.<iv>.<ciphertext>.<tag>`, each in base64url: AES-256-GCM with a random IV, the owner as
 * additional data.
 * @param key 32 bytes
 */
export function sealer(key: Buffer): Sealer {
  return {
    seal: (secret, owner) => {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(owner))
      const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
      return [VERSION, ...[iv, ciphertext, cipher.getAuthTag()].map(toText)].join('.')
    },
    open: (sealed, owner) => {
      const { iv, ciphertext, tag } = partsOf(sealed)
      const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES })
      decipher.setAAD(Buffer.from(owner)).setAuthTag(tag)
      const opened = decipher.update(ciphertext)
      try {
        return Buffer.concat([opened, decipher.final()]).toString('utf8')
      } catch (cause) {
        throw new CannotOpen('the key or the owner is another, or the text was changed', { cause })
      }
    },
  }
}

const toText = (bytes: Buffer): string => bytes.toString('base64url')

function partsOf(sealed: string) {
  const [version, ...texts] = sealed.split('.')
  const [iv, ciphertext, tag, ...more] = texts.map((text) => Buffer.from(text, 'base64url'))
  if (version !== VERSION || !iv || !ciphertext || !tag || more.length > 0) {
    throw new CannotOpen(`not a text sealed as ${VERSION}`)
  }
  if (iv.length !== IV_BYTES || tag.length !== TAG_BYTES) throw new CannotOpen('its parts have wrong lengths')
  return { iv, ciphertext, tag }
}
