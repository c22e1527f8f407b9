import { createHash } from 'node:crypto'
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { SigningCredentials } from './signing-credentials.ts'

export type S3ClientOptions = {
  readonly bucket: string
  readonly region: string
  /** Absent: that of AWS for the region. */
  readonly endpoint?: string | undefined
  /** Whether the bucket's name is in the path rather than in the host. */
  readonly pathStyle: boolean
  /** Absent: the SDK's own search, as the AWS tools do it: environment, profiles, roles of the machine. */
  readonly credentials?: SigningCredentials | undefined
}

const CONNECTION_TIMEOUT_MS = 5_000
/** Until the answer begins. A part of an upload is sent within it. */
const REQUEST_TIMEOUT_MS = 60_000
const SOCKET_IDLE_MS = 60_000
const MAX_SOCKETS = 64

/**
 * A client for one bucket. It adds checksums of its own only where an operation needs one: other stores than
 * AWS's refuse them or store the framing they come in.
 * @param signal ends all that is under way
 */
export function createS3Client(options: S3ClientOptions, signal?: AbortSignal): S3Client {
  const { region, endpoint, pathStyle, credentials } = options
  const agent = { keepAlive: true, maxSockets: MAX_SOCKETS }
  const client = new S3Client({
    region,
    ...(endpoint !== undefined && { endpoint }),
    forcePathStyle: pathStyle,
    ...(credentials && { credentials }),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      socketTimeout: SOCKET_IDLE_MS,
      httpAgent: agent,
      httpsAgent: agent,
    },
  })
  addContentMd5(client)
  if (signal) closeOn(client, signal)
  return client
}

/** Where clients find the bucket, as the SDK has it: style, region and partition are its business. */
export async function bucketUrlOf(options: S3ClientOptions): Promise<URL> {
  // It wants credentials before it says where it would go. Nothing is signed with these, as nothing is sent.
  const client = createS3Client({ ...options, credentials: { accessKeyId: '-', secretAccessKey: '-' } })
  const key = 'k'
  const command = new GetObjectCommand({ Bucket: options.bucket, Key: key })
  let url: URL | undefined
  command.middlewareStack.add(
    () => async (args) => {
      const { protocol, hostname, port, path } = args.request as RequestPlace
      url = new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`)
      return { response: {}, output: { $metadata: {} } }
    },
    { step: 'build', priority: 'low' },
  )
  await client.send(command)
  client.destroy()
  if (!url) throw new Error('the SDK made no request')
  url.pathname = url.pathname.slice(0, -`/${key}`.length)
  return url
}

type RequestPlace = {
  readonly protocol: string
  readonly hostname: string
  readonly port?: number
  readonly path: string
}

/** Destroying a client fails its requests; the SDK would send them again, and keep the process. */
function closeOn(client: S3Client, signal: AbortSignal): void {
  signal.addEventListener('abort', () => client.destroy())
  client.middlewareStack.add(
    (next) => async (args) => {
      signal.throwIfAborted()
      return next(args)
    },
    // Within the retries.
    { step: 'finalizeRequest', priority: 'low', name: 'noneAfterTheEnd' },
  )
}

/** Removing many objects needs a checksum: the SDK's CRC32 is news to many stores, and this one is not. */
function addContentMd5(client: S3Client): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName !== 'DeleteObjectsCommand') return next(args)
        const request = args.request as { headers: Record<string, string>; body: string | Uint8Array }
        for (const name of Object.keys(request.headers)) {
          if (/^x-amz-(checksum|sdk-checksum)/i.test(name)) delete request.headers[name]
        }
        request.headers['Content-MD5'] = createHash('md5').update(request.body).digest('base64')
        return next(args)
      },
    { step: 'build', priority: 'low', name: 'contentMd5OfRemovals' },
  )
}
