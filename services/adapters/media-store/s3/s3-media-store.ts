import type { MediaStore } from '../../../ports/media-store.ts'
import { newMediaKey, requireMediaKey } from '../media-key.ts'
import { recentMedia } from '../recent-media.ts'
import { streamCopy } from '../stream-copy.ts'
import type { Bucket } from './bucket.ts'
import { checkBucket } from './check-bucket.ts'
import { type CopySizes, copyObject } from './copy-object.ts'
import { listObjects } from './list-objects.ts'
import { headObject, readObject } from './read-object.ts'
import { removeObjects } from './remove-objects.ts'
import { bucketUrlOf, createS3Client, type S3ClientOptions } from './s3-client.ts'
import { s3Fault, statusOf, withS3Faults } from './s3-fault.ts'
import { followCredentials } from './signing-credentials.ts'
import { sweepUploads } from './sweep-uploads.ts'
import { s3UrlSigner } from './url-signer.ts'
import { writeObject } from './write-object.ts'

export type S3MediaStore = MediaStore & { close(): void }

export type S3MediaStoreOptions = S3ClientOptions & {
  /** Where clients reach the store, if not where this process does. */
  readonly publicEndpoint?: string | undefined
  /** Whether the entity tag of an object that was sent whole is its MD5. Default: of AWS's buckets. */
  readonly etagIsMd5?: boolean | undefined
  readonly urlLifetimeSeconds: number
  /** Of what this process writes. S3 has no such bound for what clients upload. */
  readonly maxObjectBytes: number
  /** Default: `COPY_SIZES`. */
  readonly copySizes?: CopySizes
  /** Told where credentials that expire could not be renewed. */
  readonly onCredentialsFailure: (error: unknown) => void
}

/**
 * Opens a bucket as a media store. Its objects are plain ones under their keys. What this process writes has
 * its SHA-256 in its metadata, where that was known before the end.
 *
 * Making URLs asks nobody: the bucket may be slow or down, and every flow can still be listed.
 * @throws MediaStoreUnavailable where there are no credentials. The bucket itself is not asked: `check` does
 */
export async function openS3MediaStore(options: S3MediaStoreOptions): Promise<S3MediaStore> {
  const { bucket: name, region, publicEndpoint, urlLifetimeSeconds, maxObjectBytes } = options
  const closing = new AbortController()
  const client = createS3Client(options, closing.signal)
  const endpoint = await bucketUrlOf(options)
  const place = { bucket: name, region, endpoint: endpoint.origin }
  const service = `${options.endpoint ?? 'aws'} ${region}`
  const bucket: Bucket = {
    client,
    name,
    place,
    service,
    tagsAreMd5: tagsAreMd5(options),
    underWay: new Set(),
  }
  const guarded = <T>(work: () => Promise<T>): Promise<T> => withS3Faults(place, work)

  const credentials = await guarded(() =>
    followCredentials(client.config.credentials, {
      urlLifetimeSeconds,
      onFailure: options.onCredentialsFailure,
    }),
  )
  const recent = recentMedia()
  const write: MediaStore['write'] = async (key, contentType, body, expected = {}) => {
    const terms = { key, contentType, expected, maxBytes: maxObjectBytes }
    return recent.remember(key, await guarded(() => writeObject(bucket, body, terms)))
  }

  const store: S3MediaStore = {
    ...s3UrlSigner({
      bucketUrl:
        publicEndpoint === undefined ? endpoint : await bucketUrlOf({ ...options, endpoint: publicEndpoint }),
      region,
      credentials: credentials.current,
      urlLifetimeSeconds,
    }),
    // Object ids are any text, so keys have nothing of them.
    newKey: (nowMs) => newMediaKey(nowMs),
    head: (key) => guarded(() => headObject(bucket, key)),
    recall: recent.recall,
    read: (key, range) => guarded(() => readObject(bucket, key, range)),
    write,
    copyFrom: async (source, sourceKey, key, signal) => {
      requireMediaKey(key)
      const other = buckets.get(source)
      if (other?.service === service) {
        try {
          return await copyObject(bucket, key, other, sourceKey, { sizes: options.copySizes, signal })
        } catch (error) {
          // Credentials that may use each bucket need not be the same: then the bytes pass through here.
          if (statusOf(error) !== 403) throw s3Fault(place, error)
        }
      }
      return streamCopy(source, sourceKey, (...object) => write(key, ...object), signal)
    },
    list: (limit, from) => guarded(() => listObjects(bucket, limit, from)),
    remove: (keys) => {
      recent.forget(keys)
      return guarded(() => removeObjects(bucket, keys))
    },
    sweepUploads: (olderThanMs, signal) =>
      guarded(() => sweepUploads(bucket, Date.now() - olderThanMs, signal)),
    check: () => guarded(() => checkBucket(bucket)),
    close: () => {
      credentials.close()
      closing.abort()
    },
  }
  buckets.set(store, bucket)
  return store
}

/** AWS says so of all its buckets but directory buckets. Of what other stores do nobody can be sure. */
const tagsAreMd5 = ({ etagIsMd5, endpoint, bucket }: S3MediaStoreOptions): boolean =>
  etagIsMd5 ?? (endpoint === undefined && !bucket.endsWith('--x-s3'))

/** By their stores: what one has to know of another that it copies from. */
const buckets = new WeakMap<MediaStore, Bucket>()
