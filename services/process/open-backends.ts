import {
  type FilesystemMediaStore,
  openFilesystemMediaStore,
} from '../adapters/media-store/filesystem/filesystem-media-store.ts'
import type { BackendConfig, FilesystemBackendConfig, S3BackendConfig } from '../config/backend-config.ts'
import type { Config } from '../config/config.ts'
import { InvalidConfig } from '../config/invalid-config.ts'
import type { Logger } from '../observability/logger.ts'
import { type MediaStore, MediaStoreUnavailable } from '../ports/media-store.ts'
import type { StorageBackend } from '../storage/storage-backends.ts'

export type OpenedBackends = {
  readonly all: readonly StorageBackend[]
  /** Those whose URLs this service answers itself, by storage id. */
  readonly served: ReadonlyMap<string, FilesystemMediaStore>
  close(): void
}

export type BackendTools = {
  readonly config: Config
  readonly publicUrl: () => string
  readonly signingKey: Buffer
  readonly logger: Logger
  /** For whom signs URLs and moves no media: whether the stores answer does not matter. */
  readonly isUnasked?: true
}

type Opened = {
  readonly store: MediaStore
  readonly served?: FilesystemMediaStore
  readonly close?: () => void
}

/** A store that says nothing for longer is left to be looked at later: health tells of it. */
const CHECK_TIMEOUT_MS = 10_000

/**
 * Opens all Storage Backends. One that is down is told of and opened all the same; one that nobody can use as
 * it is configured stops the start.
 * @throws InvalidConfig
 */
export async function openBackends(tools: BackendTools): Promise<OpenedBackends> {
  const opened: (Opened & { readonly backend: StorageBackend })[] = []
  const close = () => {
    for (const { close } of opened) close?.()
  }
  try {
    for (const backend of tools.config.storageBackends) {
      const store = await namingBackend(backend, () => open(backend, tools))
      opened.push({ ...store, backend: { ...describe(backend), store: store.store } })
    }
    if (!tools.isUnasked) {
      await Promise.all(
        tools.config.storageBackends.map((backend, i) => check(backend, opened[i]!.store, tools)),
      )
    }
  } catch (error) {
    close()
    throw error
  }
  return {
    all: opened.map(({ backend }) => backend),
    served: new Map(opened.flatMap(({ served, backend }) => (served ? [[backend.id, served] as const] : []))),
    close,
  }
}

const open = (backend: BackendConfig, tools: BackendTools): Promise<Opened> =>
  backend.type === 's3' ? openS3(backend, tools) : openDirectory(backend, tools)

async function openDirectory(
  { id, directory }: FilesystemBackendConfig,
  { config, publicUrl, signingKey }: BackendTools,
): Promise<Opened> {
  const store = await openFilesystemMediaStore({
    storageId: id,
    directory,
    publicBaseUrl: publicUrl,
    signingKey,
    urlLifetimeSeconds: config.MIN_PRESIGNED_URL_TIMEOUT_SECONDS,
    maxObjectBytes: config.MAX_OBJECT_BYTES,
  })
  return { store, served: store }
}

/** The SDK is loaded only where it is needed: it costs memory, and time at the start. */
async function openS3(backend: S3BackendConfig, { config, logger }: BackendTools): Promise<Opened> {
  const { MAX_URL_LIFETIME_SECONDS } = await import('../adapters/media-store/s3/url-signer.ts')
  const { openS3MediaStore } = await import('../adapters/media-store/s3/s3-media-store.ts')
  if (config.MIN_PRESIGNED_URL_TIMEOUT_SECONDS > MAX_URL_LIFETIME_SECONDS) {
    const most = `S3 takes no URL that lasts longer than ${MAX_URL_LIFETIME_SECONDS}`
    throw new InvalidConfig(`MIN_PRESIGNED_URL_TIMEOUT_SECONDS: ${most}`)
  }
  const store = await openS3MediaStore({
    bucket: backend.bucket,
    region: backend.region,
    endpoint: backend.endpoint,
    publicEndpoint: backend.public_endpoint,
    pathStyle: backend.path_style ?? backend.endpoint !== undefined,
    credentials: backend.credentials,
    etagIsMd5: backend.etag_is_md5,
    urlLifetimeSeconds: config.MIN_PRESIGNED_URL_TIMEOUT_SECONDS,
    maxObjectBytes: config.MAX_OBJECT_BYTES,
    onCredentialsFailure: (err) =>
      logger.error(
        { err, storage_id: backend.id },
        'the credentials for a storage backend could not be renewed',
      ),
  })
  return { store, close: store.close }
}

function describe(backend: BackendConfig): Omit<StorageBackend, 'store'> {
  const { id, label, region, availability_zone, tags } = backend
  return {
    id,
    ...(label !== undefined && { label }),
    provider: backend.provider ?? providerOf(backend),
    product: backend.product ?? backend.type,
    ...(region !== undefined && { region }),
    ...(availability_zone !== undefined && { availability_zone }),
    ...(tags !== undefined && { tags }),
    isDefault: backend.default,
  }
}

/** TAMS asks who runs a store. Of one that is not AWS's its host is all there is to tell. */
function providerOf(backend: BackendConfig): string {
  if (backend.type === 'filesystem') return 'framelog'
  return backend.endpoint === undefined ? 'aws' : new URL(backend.endpoint).hostname
}

async function check(backend: BackendConfig, store: MediaStore, { logger }: BackendTools): Promise<void> {
  const signal = AbortSignal.timeout(CHECK_TIMEOUT_MS)
  const late = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  const verdict = await Promise.race([store.check().catch((error: unknown) => error), late])
  if (verdict instanceof MediaStoreUnavailable && verdict.needsOperator) throw named(backend, verdict)
  if (verdict === undefined && !signal.aborted) return
  const err = verdict ?? new MediaStoreUnavailable(`no answer within ${CHECK_TIMEOUT_MS} ms`)
  logger.warn({ err, storage_id: backend.id }, 'a storage backend cannot be used now')
}

async function namingBackend<T>(backend: BackendConfig, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof MediaStoreUnavailable ? named(backend, error) : error
  }
}

const named = ({ id, label }: BackendConfig, { message }: Error): InvalidConfig =>
  new InvalidConfig(`storage backend ${label ?? id}: ${message}`)
