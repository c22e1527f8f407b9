import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { StoredMedia } from '../../../ports/media-store.ts'

/** What is kept beside an object's bytes, as JSON. `version` is of this shape. */
export const ObjectMetadata = z.object({
  version: z.literal(1),
  content_type: z.string(),
  size_bytes: z.int().nonnegative(),
  /** Hexadecimal. Also the name of the file that has the bytes. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Hexadecimal. */
  md5: z.string().regex(/^[0-9a-f]{32}$/),
  stored_at_ms: z.int().nonnegative(),
})
export type ObjectMetadata = z.infer<typeof ObjectMetadata>

export const METADATA_FILE = 'metadata.json'

/**
 * @returns undefined where the directory is no object's
 * @throws where the metadata cannot be understood: something else wrote it, or the disk is broken
 */
export async function readMetadata(objectDirectory: string): Promise<ObjectMetadata | undefined> {
  const text = await readFile(join(objectDirectory, METADATA_FILE), 'utf8').catch(undefinedIfAbsent)
  if (text === undefined) return undefined
  return ObjectMetadata.parse(JSON.parse(text))
}

/** The entity tag is the SHA-256: the same bytes have the same tag in every store. */
export const storedMedia = (metadata: ObjectMetadata): StoredMedia => ({
  sizeBytes: metadata.size_bytes,
  contentType: metadata.content_type,
  etag: `"${metadata.sha256}"`,
  modifiedMs: metadata.stored_at_ms,
  checksums: [
    { algorithm: 'sha256', value: base64FromHex(metadata.sha256) },
    { algorithm: 'md5', value: base64FromHex(metadata.md5) },
  ],
})

/** For `catch`: a file that is not there is an answer, anything else is thrown again. */
export function undefinedIfAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

const base64FromHex = (hex: string): string => Buffer.from(hex, 'hex').toString('base64')
