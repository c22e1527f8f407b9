import { InvalidMediaKey, MediaStoreUnavailable, UploadRefused } from '../../../ports/media-store.ts'

/** What the SDK's errors have, as far as they have it. */
type S3Error = Error & {
  readonly code?: unknown
  readonly Region?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> }
}

/** The bucket that is spoken of, for messages. */
export type BucketPlace = { readonly bucket: string; readonly region: string; readonly endpoint: string }

/** Answers that stay the same until someone changes a setting here or there. */
const LASTING: Readonly<Record<string, string>> = {
  AccessDenied: 'access is denied to these credentials',
  AllAccessDisabled: 'access is denied to these credentials',
  CredentialsProviderError: 'no credentials were found',
  ExpiredToken: 'the credentials have expired',
  InvalidAccessKeyId: 'the access key is not known there',
  InvalidBucketName: 'the name is no name of a bucket',
  InvalidToken: 'the session token is not valid',
  NoSuchBucket: 'there is no such bucket',
  RequestTimeTooSkewed: 'the clock here differs from the clock there',
  SignatureDoesNotMatch: 'the secret access key is not right',
}

const OTHER_REGION: ReadonlySet<string> = new Set([
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
  'MovedPermanently',
  'PermanentRedirect',
])

/** @throws MediaStoreUnavailable for what S3 or the way there fails with, and anything else as it is */
export async function withS3Faults<T>(place: BucketPlace, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw s3Fault(place, error)
  }
}

/** The error to throw for one that the SDK threw. */
export function s3Fault(place: BucketPlace, error: unknown): unknown {
  if (!(error instanceof Error) || isOurs(error)) return error
  const telling = tellingOf(place, error)
  if (!telling) return error
  const { what, needsOperator } = telling
  const message = `the bucket ${place.bucket} at ${place.endpoint} cannot be used: ${what}`
  return new MediaStoreUnavailable(message, { cause: error, needsOperator })
}

/** The status S3 answered with; undefined where it did not answer. */
export const statusOf = (error: unknown): number | undefined =>
  error instanceof Error ? (error as S3Error).$metadata?.httpStatusCode : undefined

export const nameOf = (error: unknown): string | undefined =>
  error instanceof Error ? error.name : undefined

const isOurs = (error: Error): boolean =>
  error instanceof UploadRefused || error instanceof InvalidMediaKey || error instanceof MediaStoreUnavailable

function tellingOf(place: BucketPlace, error: S3Error): { what: string; needsOperator: boolean } | undefined {
  const region = error.Region ?? error.$response?.headers?.['x-amz-bucket-region']
  const status = statusOf(error)
  if (OTHER_REGION.has(error.name) || status === 301) {
    const where = region === undefined ? 'in another region' : `in the region ${region}`
    return { what: `it is ${where}, not in ${place.region}`, needsOperator: true }
  }
  // A HEAD is refused without a reason.
  const lasting = LASTING[error.name] ?? (status === 403 ? LASTING['AccessDenied'] : undefined)
  if (lasting !== undefined) return { what: lasting, needsOperator: true }
  if (status !== undefined) return { what: `it answers ${status} (${error.name})`, needsOperator: false }
  const way = brokenWay(error)
  return way === undefined ? undefined : { what: `it cannot be reached (${way})`, needsOperator: false }
}

/** System errors have codes, e.g. ECONNREFUSED; so have those of TLS. The SDK's own have names. */
function brokenWay({ name, code }: S3Error): string | undefined {
  if (typeof code === 'string' && !code.startsWith('ERR_INVALID')) return code
  return name === 'TimeoutError' || name === 'AbortError' ? 'no answer in time' : undefined
}
