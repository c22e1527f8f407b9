import { createHmac } from 'node:crypto'
import { hmacSha256, type Mac, sha256Hex } from '../hmac-sha256.ts'
import { requireMediaKey } from '../media-key.ts'
import type { SigningCredentials } from './signing-credentials.ts'

export type S3UrlSigner = {
  getUrl(key: string, nowMs: number): string
  putUrl(key: string, contentType: string, nowMs: number): string
  plainUrl(key: string): string
}

export type S3UrlSignerOptions = {
  /** Where clients find the bucket: no slash at the end, no query. */
  readonly bucketUrl: URL
  readonly region: string
  /** Those to sign with now. Asked anew for every URL, so it must be cheap. */
  readonly credentials: () => SigningCredentials
  /** Every URL is good for at least this long, where its credentials are. At most `MAX_URL_LIFETIME_SECONDS`. */
  readonly urlLifetimeSeconds: number
}

/** URLs made within a step are dated to its start, so that pages repeat them and caches know them. */
const STEP_SECONDS = 60

/** S3 takes no URL that is to last longer than a week, counted from its date. */
export const MAX_URL_LIFETIME_SECONDS = 7 * 24 * 60 * 60 - STEP_SECONDS

/** A live edge is asked for again and again: its signatures are kept for their step. About 200 bytes each. */
const MAX_SIGNATURES_KEPT = 20_000

/** Uploads are of a few content types: what their URLs share is kept for the step. */
const MAX_TYPES_KEPT = 64

/** All of a URL but its key and signature. */
type Template = {
  /** What is signed is the hash of `head`, the key and `tail`. */
  readonly canonicalHead: string
  readonly canonicalTail: string
  readonly beforeSignature: string
  readonly afterSignature: string
}

type Step = {
  readonly number: number
  readonly credentials: SigningCredentials
  readonly signedPrefix: string
  readonly mac: Mac
  readonly query: string
  readonly get: Template
  readonly put: Map<string, Template>
  readonly signatures: Map<string, string>
}

/**
 * Makes expiring URLs for a bucket: the very text that the AWS SDK's presigner makes (Signature Version 4 in
 * the query), for a hundredth of the time. All that URLs of a step share is worked out once; each then costs
 * three hashes.
 */
export function s3UrlSigner(options: S3UrlSignerOptions): S3UrlSigner {
  const { bucketUrl, credentials } = options
  const base = bucketUrl.href.replace(/\/$/, '')
  const path = bucketUrl.pathname.replace(/\/$/, '')
  let current: Step | undefined

  const stepAt = (nowMs: number): Step => {
    const number = Math.floor(nowMs / 1000 / STEP_SECONDS)
    const now = credentials()
    if (current?.number !== number || current.credentials !== now) {
      current = newStep(options, path, number, now)
    }
    return current
  }

  return {
    plainUrl(key) {
      requireMediaKey(key)
      return `${base}/${key}`
    },
    getUrl(key, nowMs) {
      const step = stepAt(nowMs)
      let signature = step.signatures.get(key)
      if (signature === undefined) {
        requireMediaKey(key)
        signature = sign(step, step.get, key)
        if (step.signatures.size < MAX_SIGNATURES_KEPT) step.signatures.set(key, signature)
      }
      return `${base}/${key}${step.get.beforeSignature}${signature}${step.get.afterSignature}`
    },
    putUrl(key, contentType, nowMs) {
      requireMediaKey(key)
      const step = stepAt(nowMs)
      let template = step.put.get(contentType)
      if (!template) {
        template = putTemplate(bucketUrl.host, path, step.query, contentType)
        if (step.put.size < MAX_TYPES_KEPT) step.put.set(contentType, template)
      }
      return `${base}/${key}${template.beforeSignature}${sign(step, template, key)}${template.afterSignature}`
    },
  }
}

const sign = ({ signedPrefix, mac }: Step, { canonicalHead, canonicalTail }: Template, key: string): string =>
  mac(signedPrefix + sha256Hex(canonicalHead + key + canonicalTail))

function newStep(
  { bucketUrl, region, urlLifetimeSeconds }: S3UrlSignerOptions,
  path: string,
  number: number,
  credentials: SigningCredentials,
): Step {
  const dateMs = number * STEP_SECONDS * 1000
  const date = new Date(dateMs).toISOString().replace(/[-:]|\.\d{3}/g, '')
  const day = date.slice(0, 8)
  const scope = `${day}/${region}/s3/aws4_request`
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  const query = [
    `?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Content-Sha256=${UNSIGNED}`,
    `&X-Amz-Credential=${escapeUri(`${accessKeyId}/${scope}`)}`,
    `&X-Amz-Date=${date}&X-Amz-Expires=${lifetimeOf(credentials, dateMs, urlLifetimeSeconds)}`,
    sessionToken === undefined ? '' : `&X-Amz-Security-Token=${escapeUri(sessionToken)}`,
  ].join('')
  return {
    number,
    credentials,
    signedPrefix: `AWS4-HMAC-SHA256\n${date}\n${scope}\n`,
    mac: hmacSha256(signingKey(secretAccessKey, day, region), 'hex'),
    query,
    get: getTemplate(bucketUrl.host, path, query),
    put: new Map(),
    signatures: new Map(),
  }
}

const UNSIGNED = 'UNSIGNED-PAYLOAD'

/** A URL says when it ends: with its credentials, where they end first. S3 wants a second at least. */
function lifetimeOf({ expiration }: SigningCredentials, dateMs: number, urlLifetimeSeconds: number): number {
  const wanted = Math.ceil(urlLifetimeSeconds) + STEP_SECONDS
  if (!expiration) return wanted
  return Math.max(1, Math.min(wanted, Math.floor((expiration.getTime() - dateMs) / 1000)))
}

const signingKey = (secret: string, day: string, region: string): Buffer =>
  [day, region, 's3', 'aws4_request'].reduce<Buffer>(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    Buffer.from(`AWS4${secret}`),
  )

const getTemplate = (host: string, path: string, query: string): Template =>
  templateOf('GET', path, query, 'x-id=GetObject', [['host', host]])

/**
 * Of the headers an upload may have, only its type and host are fixed: a `Content-MD5` is the client's to add.
 * Headers of S3's own (`x-amz-*`) it takes only signed, and nobody can sign a checksum that is yet to be known.
 */
const putTemplate = (host: string, path: string, query: string, contentType: string): Template =>
  templateOf('PUT', path, query, 'x-id=PutObject', [
    ['content-type', contentType.trim().replace(/\s+/g, ' ')],
    ['host', host],
  ])

/** @param operation what the SDK names the operation by; stores ignore it @param headers sorted by name */
function templateOf(
  method: string,
  path: string,
  query: string,
  operation: string,
  headers: readonly (readonly [name: string, value: string])[],
): Template {
  const names = headers.map(([name]) => name).join(';')
  const rest = `&X-Amz-SignedHeaders=${escapeUri(names)}&${operation}`
  const lines = headers.map(([name, value]) => `${name}:${value}\n`).join('')
  return {
    canonicalHead: `${method}\n${path}/`,
    canonicalTail: `\n${query.slice(1)}${rest}\n${lines}\n${names}\n${UNSIGNED}`,
    beforeSignature: `${query}&X-Amz-Signature=`,
    afterSignature: rest,
  }
}

/** All but the unreserved characters of RFC 3986, as Signature Version 4 wants it. */
const escapeUri = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
