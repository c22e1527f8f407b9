import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { planted } from '../secrets/planted.ts'
import type { RunningS3 } from './running-s3.ts'
import { joinFiles, receiveFile, type StoredFile } from './stored-files.ts'
import { described, listing, readRange, type StoredObject, sendObject } from './stored-object.ts'
import { type Upload, uploadListing } from './uploads.ts'
import { verifySignature } from './verify-signature.ts'

/** What a test makes of a request instead of serving it: an S3 error, or no answer at all. */
export type S3Fault = { readonly status: number; readonly code: string } | 'silence'

export type SmallS3Options = {
  readonly buckets: readonly string[]
  /** Whether `If-None-Match` holds for writes. Older stores ignore it. Default: true. */
  readonly hasConditionalWrites?: boolean
  readonly fault?: (request: IncomingMessage) => S3Fault | undefined
  /** Multipart uploads that are listed at once. Default: 1000. */
  readonly uploadsPerPage?: number
  /** Default: any that is free. */
  readonly port?: number
}

const ACCOUNT = {
  accessKeyId: 'small-s3',
  secretAccessKey: `${planted('s3')} /with+signs=`,
  region: 'eu-west-2',
}

/**
 * As much of S3 as a media store needs, in this process: every request has to be signed, and bodies have to
 * be what was signed. What it tells of itself is no more than S3's documentation says; that the real thing
 * agrees is what the integration tests are for.
 */
export async function startSmallS3(options: SmallS3Options): Promise<RunningS3> {
  const directory = mkdtempSync(join(tmpdir(), 'framelog-small-s3-'))
  const handle = handler(directory, options)
  const server = createServer((request, response) => {
    const fault = options.fault?.(request)
    if (fault === 'silence') return
    const work = fault ? Promise.reject(new S3Refusal(fault.status, fault.code)) : handle(request, response)
    work.catch((error) => answerError(request, response, error))
  })
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  const { region, ...credentials } = ACCOUNT
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region,
    credentials,
    kill: async () => {
      await closed(server)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

class S3Refusal extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string) {
    super(code)
    this.status = status
    this.code = code
  }
}

function handler(
  directory: string,
  { buckets, hasConditionalWrites = true, uploadsPerPage }: SmallS3Options,
) {
  const objects = new Map<string, StoredObject>()
  const uploads = new Map<string, Upload>()

  const requireFree = (path: string, { headers }: IncomingMessage) => {
    if (!hasConditionalWrites || headers['if-none-match'] !== '*' || !objects.has(path)) return
    throw new S3Refusal(412, 'PreconditionFailed')
  }
  const requireUpload = (id: string): Upload => {
    const upload = uploads.get(id)
    if (!upload) throw new S3Refusal(404, 'NoSuchUpload')
    return upload
  }

  const copied = (request: IncomingMessage): StoredObject | undefined => {
    const source = request.headers['x-amz-copy-source']
    if (source === undefined) return undefined
    const object = objects.get(`/${decodeURIComponent(String(source))}`)
    if (!object) throw new S3Refusal(404, 'NoSuchKey')
    return object
  }
  const receive = async (request: IncomingMessage, payload: string): Promise<StoredFile> => {
    const source = copied(request)
    if (source) return receiveFile(directory, readRange(source, request.headers['x-amz-copy-source-range']))
    const file = await receiveFile(directory, request)
    if (payload === 'UNSIGNED-PAYLOAD' || payload === file.sha256) return file
    throw new S3Refusal(400, 'XAmzContentSHA256Mismatch')
  }

  const inBucket = async (
    request: IncomingMessage,
    response: ServerResponse,
    bucket: string,
    query: URLSearchParams,
  ) => {
    if (request.method === 'POST' && query.has('delete')) {
      for (const [, key] of (await text(request)).matchAll(/<Key>([^<]+)<\/Key>/g))
        objects.delete(`/${bucket}/${key}`)
      return xml(response, '<DeleteResult/>')
    }
    if (query.has('uploads')) return xml(response, uploadListing(uploads, bucket, query, uploadsPerPage))
    if (request.method === 'GET') return xml(response, listing(objects, bucket, query))
    response.end()
  }

  const withUpload = async (
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: URLSearchParams,
    payload: string,
  ) => {
    const id = query.get('uploadId') ?? ''
    const upload = requireUpload(id)
    if (request.method === 'PUT') {
      const part = await receive(request, payload)
      upload.parts.set(Number(query.get('partNumber')), part)
      return tellEtag(request, response, part, 'CopyPartResult')
    }
    if (request.method === 'POST') {
      await text(request)
      requireFree(path, request)
      uploads.delete(id)
      const parts = [...upload.parts].sort(([a], [b]) => a - b).map(([, part]) => part)
      const file = await joinFiles(directory, parts)
      requireFree(path, request)
      objects.set(path, { ...file, ...upload, modified: new Date() })
      return xml(
        response,
        `<CompleteMultipartUploadResult><ETag>"${file.md5}"</ETag></CompleteMultipartUploadResult>`,
      )
    }
    uploads.delete(id)
    response.writeHead(204).end()
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requireSigned(request)
    const verdict = verifySignature(request, ACCOUNT, Date.now())
    if (verdict.code !== 'ok') throw new S3Refusal(403, verdict.code)
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://s3')
    const [, bucket = '', key = ''] = path.match(/^\/([^/]+)\/?(.*)$/) ?? []
    if (!buckets.includes(bucket)) throw new S3Refusal(404, 'NoSuchBucket')
    if (key === '') return inBucket(request, response, bucket, query)
    if (query.has('uploadId')) return withUpload(request, response, path, query, verdict.payload)
    if (request.method === 'POST') {
      const id = randomUUID()
      uploads.set(id, { ...described(request), place: path, initiated: new Date(), parts: new Map() })
      return xml(
        response,
        `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
      )
    }
    if (request.method === 'PUT') {
      const file = await receive(request, verdict.payload)
      requireAnnounced(request, file)
      requireFree(path, request)
      const announced = request.headers['x-amz-checksum-sha256']?.toString()
      const { contentType, metadata } = copied(request) ?? described(request)
      objects.set(path, { ...file, contentType, metadata, modified: new Date(), announced })
      return tellEtag(request, response, file, 'CopyObjectResult')
    }
    const object = objects.get(path)
    if (!object) throw new S3Refusal(404, 'NoSuchKey')
    return sendObject(request, response, object)
  }
}

/** S3 takes no header of its own that a presigned URL says nothing of. */
function requireSigned({ url = '/', headers }: IncomingMessage): void {
  const signed = new URL(url, 'http://s3').searchParams.get('X-Amz-SignedHeaders')?.split(';')
  const unsigned = Object.keys(headers).some((name) => name.startsWith('x-amz-') && !signed?.includes(name))
  if (signed && unsigned) throw new S3Refusal(403, 'AccessDenied')
}

/** What an upload says its bytes hash to has to be so. */
function requireAnnounced({ headers }: IncomingMessage, { md5, sha256 }: StoredFile): void {
  const differs = (base64: unknown, hex: string) =>
    base64 !== undefined && base64 !== Buffer.from(hex, 'hex').toString('base64')
  if (differs(headers['content-md5'], md5)) throw new S3Refusal(400, 'BadDigest')
  if (differs(headers['x-amz-checksum-sha256'], sha256)) throw new S3Refusal(400, 'BadDigest')
}

function answerError(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent || (request.destroyed && !request.complete)) return void response.destroy()
  const { status, code } = error instanceof S3Refusal ? error : { status: 500, code: 'InternalError' }
  request.resume()
  response.writeHead(status, { 'Content-Type': 'application/xml' })
  response.end(
    request.method === 'HEAD' ? undefined : `<Error><Code>${code}</Code><Message>${code}</Message></Error>`,
  )
}

function tellEtag(
  request: IncomingMessage,
  response: ServerResponse,
  { md5 }: StoredFile,
  result: string,
): void {
  if (request.headers['x-amz-copy-source'] === undefined)
    return void response.setHeader('ETag', `"${md5}"`).end()
  xml(response, `<${result}><ETag>"${md5}"</ETag></${result}>`)
}

function xml(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'Content-Type': 'application/xml' }).end(body)
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
