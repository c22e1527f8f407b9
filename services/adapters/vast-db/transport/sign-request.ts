import { createHash, createHmac, webcrypto } from 'node:crypto'

export type Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string }

export type RequestToSign = {
  readonly method: string
  /** As in the URL: it holds characters only that need no encoding. */
  readonly path: string
  /** As in the URL, without `?`. */
  readonly query: string
  /** As in the Host header. */
  readonly host: string
  /** Of the body: what `payloadHash` gives. */
  readonly payload: string
}

export type SignedHeaders = {
  readonly authorization: string
  readonly 'x-amz-date': string
  readonly 'x-amz-content-sha256': string
}

export type SignRequest = (request: RequestToSign, now: Date) => SignedHeaders

const SIGNED = 'host;x-amz-date'
/** What no body hashes to. */
export const EMPTY_PAYLOAD = sha256(new Uint8Array())
/** Bytes of bodies that are hashed here: less than what it costs to have another thread do it. */
const SMALL_BODY = 64 * 1024

/**
 * AWS Signature Version 4 for the service `s3`, over the host and the date. The server does not look at the
 * region: it is empty, unless one is asked for. The key is derived once a day.
 */
export function requestSigner(credentials: Credentials, region = ''): SignRequest {
  let derived: { day: string; key: Buffer } | undefined
  const keyOf = (day: string): Buffer => {
    if (derived?.day !== day) derived = { day, key: signingKey(credentials.secretAccessKey, day, region) }
    return derived.key
  }
  return (request, now) => {
    const date = now.toISOString().replace(/[-:]|\.\d+/g, '')
    const scope = `${date.slice(0, 8)}/${region}/s3/aws4_request`
    const { payload } = request
    const toSign = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical(request, date, payload))}`
    const signature = hmac(keyOf(date.slice(0, 8)), toSign).toString('hex')
    return {
      authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${SIGNED}, Signature=${signature}`,
      'x-amz-date': date,
      'x-amz-content-sha256': payload,
    }
  }
}

/** SHA-256 of a body, in hexadecimal. That of a large one is computed on another thread. */
export async function payloadHash(body: Uint8Array | undefined): Promise<string> {
  if (!body) return EMPTY_PAYLOAD
  if (body.byteLength < SMALL_BODY) return sha256(body)
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', body)).toString('hex')
}

const canonical = ({ method, path, query, host }: RequestToSign, date: string, payload: string): string =>
  [method, path, canonicalQuery(query), `host:${host}`, `x-amz-date:${date}`, '', SIGNED, payload].join('\n')

/** Its items as they are in the URL, in the order of their bytes; `=` follows also what has no value. */
const canonicalQuery = (query: string): string =>
  query
    .split('&')
    .filter((item) => item !== '')
    .map((item) => (item.includes('=') ? item : `${item}=`))
    .sort()
    .join('&')

const signingKey = (secret: string, day: string, region: string): Buffer =>
  [day, region, 's3', 'aws4_request'].reduce(hmac, Buffer.from(`AWS4${secret}`))

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
