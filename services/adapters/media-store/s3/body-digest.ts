import { createHash } from 'node:crypto'
import { type ExpectedMedia, type StoredMedia, UploadRefused } from '../../../ports/media-store.ts'

/** What is known of a body that was read to its end. */
export type BodyDigest = {
  readonly sizeBytes: number
  /** Base64. */
  readonly sha256: string
  /** Base64. */
  readonly md5: string
  /** The entity tag S3 gives an object that was sent in these parts, quoted: where it makes it of MD5s. */
  readonly etag: string
}

export type BodyDigester = {
  /** @throws UploadRefused (`too_large`) */
  add(part: Buffer): void
  end(): BodyDigest
}

export function bodyDigester(maxBytes: number): BodyDigester {
  const sha256 = createHash('sha256')
  const md5 = createHash('md5')
  const partMd5s: Buffer[] = []
  let sizeBytes = 0
  return {
    add(part) {
      sizeBytes += part.length
      if (sizeBytes > maxBytes) throw tooLarge(maxBytes)
      sha256.update(part)
      md5.update(part)
      partMd5s.push(createHash('md5').update(part).digest())
    },
    end: () => {
      const whole = md5.digest()
      return {
        sizeBytes,
        sha256: sha256.digest('base64'),
        md5: whole.toString('base64'),
        etag: partMd5s.length > 1 ? etagOfParts(partMd5s) : `"${whole.toString('hex')}"`,
      }
    },
  }
}

/** @throws UploadRefused where something else came than was announced */
export function requireExpected(digest: BodyDigest, { sizeBytes, checksums = [] }: ExpectedMedia): void {
  if (sizeBytes !== undefined && sizeBytes !== digest.sizeBytes) {
    throw new UploadRefused('size_mismatch', `${digest.sizeBytes} bytes came, not ${sizeBytes}`)
  }
  const broken = checksums.find(({ algorithm, value }) => digest[algorithm] !== value)
  if (!broken) return
  const message = `the ${broken.algorithm} of what came is not ${broken.value}, as announced`
  throw new UploadRefused('checksum_mismatch', message)
}

/** @throws UploadRefused (`key_taken`) where another object is there than came */
export function requireSame(present: StoredMedia, digest: BodyDigest, contentType: string): void {
  const sha256 = present.checksums.find(({ algorithm }) => algorithm === 'sha256')?.value
  const sameBytes = sha256 === undefined ? present.etag === digest.etag : sha256 === digest.sha256
  if (sameBytes && present.sizeBytes === digest.sizeBytes && present.contentType === contentType) return
  throw new UploadRefused('key_taken', 'another object was uploaded here already, and objects do not change')
}

export const tooLarge = (maxBytes: number) =>
  new UploadRefused('too_large', `an object may have ${maxBytes} bytes at most`)

/** The MD5 of the parts' MD5s, and how many there are. */
const etagOfParts = (md5s: readonly Buffer[]): string =>
  `"${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-${md5s.length}"`
