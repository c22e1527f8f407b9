import { createHash, createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export type S3Account = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
}

export type Verdict =
  | { readonly code: 'ok'; readonly payload: string }
  | {
      readonly code:
        | 'AccessDenied'
        | 'AuthorizationHeaderMalformed'
        | 'InvalidAccessKeyId'
        | 'SignatureDoesNotMatch'
    }

type Signed = {
  readonly credential: string
  readonly headers: readonly string[]
  readonly signature: string
  readonly date: string
  readonly payload: string
}

/** Whether a request is signed by an account: by its header, or by its query. Told from the specification alone. */
export function verifySignature(request: IncomingMessage, account: S3Account, nowMs: number): Verdict {
  const url = new URL(request.url ?? '/', 'http://s3')
  const signed = headerSigned(request) ?? querySigned(url)
  if (!signed || isExpired(url, signed.date, nowMs)) return { code: 'AccessDenied' }
  const [accessKeyId, day = '', region = '', service = '', end = ''] = signed.credential.split('/')
  if (accessKeyId !== account.accessKeyId) return { code: 'InvalidAccessKeyId' }
  if (region !== account.region) return { code: 'AuthorizationHeaderMalformed' }
  const canonical = [
    request.method,
    url.pathname,
    canonicalQuery(url),
    ...signed.headers.map((name) => `${name}:${String(request.headers[name] ?? '').trim()}`),
    '',
    signed.headers.join(';'),
    signed.payload,
  ].join('\n')
  const scope = [day, region, service, end].join('/')
  const hash = createHash('sha256').update(canonical).digest('hex')
  const key = [day, region, service, end].reduce<string | Buffer>(hmac, `AWS4${account.secretAccessKey}`)
  const signature = hmac(key, ['AWS4-HMAC-SHA256', signed.date, scope, hash].join('\n')).toString('hex')
  if (signature !== signed.signature) return { code: 'SignatureDoesNotMatch' }
  return { code: 'ok', payload: signed.payload }
}

function headerSigned({ headers }: IncomingMessage): Signed | undefined {
  const parts = headers.authorization?.match(
    /^AWS4-HMAC-SHA256 Credential=(\S+), SignedHeaders=(\S+), Signature=(\S+)$/,
  )
  if (!parts) return undefined
  const [, credential = '', names = '', signature = ''] = parts
  return {
    credential,
    headers: names.split(';'),
    signature,
    date: String(headers['x-amz-date']),
    payload: String(headers['x-amz-content-sha256']),
  }
}

function querySigned({ searchParams }: URL): Signed | undefined {
  const value = (name: string) => searchParams.get(`X-Amz-${name}`) ?? ''
  if (value('Algorithm') !== 'AWS4-HMAC-SHA256') return undefined
  return {
    credential: value('Credential'),
    headers: value('SignedHeaders').split(';'),
    signature: value('Signature'),
    date: value('Date'),
    payload: value('Content-Sha256') || 'UNSIGNED-PAYLOAD',
  }
}

function isExpired({ searchParams }: URL, date: string, nowMs: number): boolean {
  const expires = searchParams.get('X-Amz-Expires')
  if (expires === null) return false
  const start = Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'))
  return !(nowMs < start + Number(expires) * 1000)
}

const canonicalQuery = ({ searchParams }: URL): string =>
  [...searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .sort()
    .join('&')

const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
