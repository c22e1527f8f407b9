import { CatalogBehind } from '../catalog/catalog.ts'
import { CommandContended } from '../commands/run-command.ts'
import { OutboundFailed, OutboundRefused } from '../outbound/outbound-errors.ts'
import { LogUnavailable } from '../ports/event-log.ts'
import { MediaStoreUnavailable, UploadRefused } from '../ports/media-store.ts'

/** Why a copy cannot be made from a source. */
export type CopyFault =
  | 'source_missing'
  | 'source_refused'
  | 'checksum_mismatch'
  | 'too_large'
  | 'internal_error'

/** What InstanceFailed says of it. */
export const COPY_FAULTS: Readonly<Record<CopyFault, string>> = {
  source_missing: 'no other instance has the bytes',
  source_refused: 'the URLs that are known for the object may not be fetched, or are refused there',
  checksum_mismatch: 'what arrived differs from what was sent, time and again',
  too_large: 'the object is larger than this storage takes',
  internal_error: 'something went wrong in the service',
}

/** Trying again may help, but not soon, and not for long. */
export class CopyImpossible extends Error {
  override readonly name = 'CopyImpossible'
  readonly fault: CopyFault

  constructor(fault: CopyFault, options: ErrorOptions = {}) {
    super(COPY_FAULTS[fault], options)
    this.fault = fault
  }
}

/** A place does not answer: it is left alone for a while, and then tried again for as long as it takes. */
export class PlaceAway extends Error {
  override readonly name = 'PlaceAway'
  readonly place: string

  constructor(place: string, options: ErrorOptions) {
    super('a place that bytes come from or go to is away', options)
    this.place = place
  }
}

const PASSING = [
  PlaceAway,
  MediaStoreUnavailable,
  OutboundFailed,
  LogUnavailable,
  CommandContended,
  CatalogBehind,
]

/** What a connection to a store may break with while bytes are on their way. */
const BROKEN_CONNECTIONS: ReadonlySet<unknown> = new Set([
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ETIMEDOUT',
])

/** Whether an error is only a matter of time. */
export const isPassing = (error: unknown): boolean =>
  PASSING.some((kind) => error instanceof kind) ||
  (error instanceof Error && 'code' in error && BROKEN_CONNECTIONS.has(error.code))

export function faultOf(error: unknown): CopyFault {
  if (error instanceof CopyImpossible) return error.fault
  if (error instanceof OutboundRefused) return error.reason === 'too_large' ? 'too_large' : 'source_refused'
  if (error instanceof UploadRefused) return error.reason === 'too_large' ? 'too_large' : 'checksum_mismatch'
  return 'internal_error'
}

/** Names the place where work fails because it does not answer. */
export async function storeAt<T>(place: string, work: () => Promise<T>): Promise<T> {
  return work().catch((cause) => {
    throw cause instanceof MediaStoreUnavailable ? new PlaceAway(place, { cause }) : cause
  })
}

/** The same for a server of a URL. */
export async function serverAt<T>(place: string, work: () => Promise<T>): Promise<T> {
  return work().catch((cause) => {
    throw cause instanceof OutboundFailed ? new PlaceAway(place, { cause }) : cause
  })
}
