import { MediaStoreUnavailable } from '../../../ports/media-store.ts'

/**
 * What a full, read-only, unmounted or overloaded file system says: the request was right, the time is not.
 * An object that is not there is no fault and never gets here, so ENOENT is of the store's own directories.
 */
const PASSING_FAULTS: ReadonlySet<unknown> = new Set([
  'EACCES',
  'EDQUOT',
  'EIO',
  'EMFILE',
  'ENFILE',
  'ENODEV',
  'ENOENT',
  'ENOSPC',
  'ENOTCONN',
  'ENOTDIR',
  'EPERM',
  'EROFS',
  'ESTALE',
  'ETIMEDOUT',
])

/** @throws MediaStoreUnavailable for a file system's fault, and anything else as it is */
export async function withStorageFaults<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (!PASSING_FAULTS.has(code)) throw error
    // Paths stay out of the message: it may reach clients.
    throw new MediaStoreUnavailable(`the media store failed with ${code}`, { cause: error })
  }
}
