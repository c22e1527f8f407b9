import { MediaStoreUnavailable, type UploadRefusal, UploadRefused } from '../../ports/media-store.ts'
import { HttpRefusal } from '../http/http-refusal.ts'

const UPLOAD_STATUS: Readonly<Record<UploadRefusal, number>> = {
  too_large: 413,
  size_mismatch: 400,
  checksum_mismatch: 400,
  key_taken: 409,
}

/** Seconds: a disk that is full or away does not come back at once. */
const RETRY_AFTER = { 'Retry-After': '5' }

/** @returns what a client is told of an error of a media store; any other error as it is */
export function mediaRefusal(error: unknown): unknown {
  if (error instanceof UploadRefused) {
    return new HttpRefusal(UPLOAD_STATUS[error.reason], error.reason, error.message)
  }
  if (error instanceof MediaStoreUnavailable) {
    const summary = 'the media store cannot be used now'
    return new HttpRefusal(503, 'media_store_unavailable', summary, RETRY_AFTER)
  }
  return error
}
