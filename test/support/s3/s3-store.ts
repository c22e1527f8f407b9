import { rmSync } from 'node:fs'
import {
  openS3MediaStore,
  type S3MediaStore,
  type S3MediaStoreOptions,
} from '../../../services/adapters/media-store/s3/s3-media-store.ts'
import type { HalfUploads } from '../../ports/media-store-contract.ts'
import { temporaryFolder } from '../running-service.ts'
import { halfUploadsOn } from './half-uploads.ts'
import type { RunningS3 } from './running-s3.ts'

export const BUCKET = 'framelog-media'

export type S3StoreOnServer = {
  readonly store: S3MediaStore
  readonly server: RunningS3
  readonly halfUploads: HalfUploads
  close(): Promise<void>
}

/** Opens the bucket of a server that runs. */
export const openStoreOn = (
  { endpoint, region, credentials }: RunningS3,
  changes: Partial<S3MediaStoreOptions> = {},
): Promise<S3MediaStore> =>
  openS3MediaStore({
    bucket: BUCKET,
    region,
    endpoint,
    pathStyle: true,
    credentials,
    urlLifetimeSeconds: 300,
    maxObjectBytes: 1024 ** 3,
    onCredentialsFailure: (error) => {
      throw error
    },
    ...changes,
  })

/** An S3 server with one bucket, and a store that uses it. */
export async function startS3Store(
  start: (directory: string, buckets: readonly string[]) => Promise<RunningS3>,
): Promise<S3StoreOnServer> {
  const directory = temporaryFolder()
  const server = await start(directory, [BUCKET])
  const store = await openStoreOn(server)
  const halfUploads = halfUploadsOn(server, BUCKET)
  return {
    store,
    server,
    halfUploads,
    close: async () => {
      store.close()
      halfUploads.close()
      await server.kill()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
