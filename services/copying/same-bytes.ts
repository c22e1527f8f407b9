import { createHash } from 'node:crypto'
import { addAbortSignal } from 'node:stream'
import type { MediaStore, StoredMedia } from '../ports/media-store.ts'

/** An object in a store, and what the store says of it. */
export type Held = { readonly store: MediaStore; readonly key: string; readonly media: StoredMedia }

/** An entity tag that is made of the bytes: an MD5, or one of the MD5s of parts. Others may say anything. */
const DIGEST_TAG = /^"[0-9a-f]{32}(-\d+)?"$/

/** Whether two objects have the same bytes: by what is known of them where that tells, else by reading them. */
export async function haveSameBytes(a: Held, b: Held, signal: AbortSignal): Promise<boolean> {
  const told = tellSame(a.media, b.media)
  if (told !== undefined) return told
  const [one, other] = await Promise.all([sha256Of(a, signal), sha256Of(b, signal)])
  return one !== undefined && one === other
}

/** @returns undefined where that cannot be told without the bytes */
function tellSame(a: StoredMedia, b: StoredMedia): boolean | undefined {
  if (a.sizeBytes !== b.sizeBytes) return false
  for (const algorithm of ['sha256', 'md5'] as const) {
    const [one, other] = [checksumOf(a, algorithm), checksumOf(b, algorithm)]
    if (one !== undefined && other !== undefined) return one === other
  }
  // That they differ says nothing: they are also about how the bytes were sent.
  return tagsOf(a).some((tag) => tagsOf(b).includes(tag)) ? true : undefined
}

function tagsOf(media: StoredMedia): readonly string[] {
  const md5 = checksumOf(media, 'md5')
  return [
    ...(DIGEST_TAG.test(media.etag) ? [media.etag] : []),
    ...(md5 === undefined ? [] : [`"${Buffer.from(md5, 'base64').toString('hex')}"`]),
  ]
}

export const checksumOf = ({ checksums }: StoredMedia, algorithm: 'sha256' | 'md5'): string | undefined =>
  checksums.find((checksum) => checksum.algorithm === algorithm)?.value

/** Base64, as the store knows it or else of what it has. */
const sha256Of = async (held: Held, signal: AbortSignal): Promise<string | undefined> =>
  checksumOf(held.media, 'sha256') ?? (await readSha256(held, signal))

/** Of the bytes themselves, base64. @returns undefined where there are none */
export async function readSha256(
  { store, key }: Pick<Held, 'store' | 'key'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const found = await store.read(key)
  if (!found) return undefined
  const hash = createHash('sha256')
  for await (const chunk of addAbortSignal(signal, found.body)) hash.update(chunk)
  return hash.digest('base64')
}
