import { createHash, createHmac } from 'node:crypto'
import { Refusal } from '../refusal.ts'
import type { Received } from './received.ts'

export type Account = { readonly accessKeyId: string; readonly secretAccessKey: string }

const HEADER =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]*)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/

/**
 * AWS Signature Version 4, over any region, told from the specification alone. The payload has to be signed.
 * @see section 1.4 of the protocol
 */
export function checkSignature(request: Received, account: Account): void {
  const parts = String(request.headers['authorization'] ?? '').match(HEADER)
  if (!parts) throw denied('AccessDenied', 'not signed')
  const [, accessKeyId, day = '', region = '', names = '', signature] = parts
  if (accessKeyId !== account.accessKeyId) throw denied('InvalidAccessKeyId', 'unknown access key')
  const date = header(request, 'x-amz-date')
  if (!/^\d{8}T\d{6}Z$/.test(date) || !date.startsWith(day)) throw denied('AccessDenied', 'no x-amz-date')
  const payload = header(request, 'x-amz-content-sha256')
  if (payload !== sha256(request.body)) throw denied('XAmzContentSHA256Mismatch', 'the body is another')
  const signed = names.split(';')
  if (!signed.includes('host') || !signed.includes('x-amz-date'))
    throw denied('AccessDenied', 'too little is signed')

  const scope = [day, region, 's3', 'aws4_request']
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${account.secretAccessKey}`)
  const isSignature = (path: string) => {
    const hash = sha256(canonical(request, path, signed, payload))
    return (
      hmac(key, ['AWS4-HMAC-SHA256', date, scope.join('/'), hash].join('\n')).toString('hex') === signature
    )
  }
  // The official client signs a path that is encoded twice, others one that is encoded once.
  if (![request.path, encodedAgain(request.path)].some(isSignature)) {
    throw denied('SignatureDoesNotMatch', 'the signature is another')
  }
}

function canonical(request: Received, path: string, signed: readonly string[], payload: string): string {
  const query = request.query === '' ? [] : request.query.split('&')
  const items = query.map((item) => (item.includes('=') ? item : `${item}=`)).sort()
  const headers = signed.map((name) => `${name}:${header(request, name).trim()}`)
  return [request.method, path, items.join('&'), ...headers, '', signed.join(';'), payload].join('\n')
}

const header = ({ headers }: Received, name: string): string => String(headers[name] ?? '')

const encodedAgain = (path: string): string => path.replaceAll('%', '%25')

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

const denied = (code: string, message: string) => new Refusal(403, code, message)
