import { derivedKey } from '../process/secret-key.ts'

/** Tells one secret from another, and nothing of it. */
export const keyCheck = (secret: Buffer): string =>
  derivedKey(secret, 'backup check').subarray(0, 8).toString('hex')
