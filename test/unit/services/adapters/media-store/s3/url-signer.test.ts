import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newMediaKey } from '../../../../../../services/adapters/media-store/media-key.ts'
import { bucketUrlOf, createS3Client } from '../../../../../../services/adapters/media-store/s3/s3-client.ts'
import type { SigningCredentials } from '../../../../../../services/adapters/media-store/s3/signing-credentials.ts'
import {
  MAX_URL_LIFETIME_SECONDS,
  s3UrlSigner,
} from '../../../../../../services/adapters/media-store/s3/url-signer.ts'

const KEY = '2026/11/21/0123456789abcdef0123456789abcdef'
const NOW_MS = Date.UTC(2026, 10, 21, 12, 30, 31, 250)
const STEP_MS = 60_000
const LASTING: SigningCredentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPx',
}

const signer = (credentials: () => SigningCredentials = () => LASTING, urlLifetimeSeconds = 3600) =>
  s3UrlSigner({
    bucketUrl: new URL('https://media.s3.eu-west-2.amazonaws.com/'),
    region: 'eu-west-2',
    credentials,
    urlLifetimeSeconds,
  })

const printable = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 60 })
const token = fc.stringMatching(/^[A-Za-z0-9+/=]{1,1200}$/)
const mimeType = fc.stringMatching(/^(video|audio|x-own)\/[0-9A-Za-z!#$%&'*+.^_`|~-]{1,40}$/)
/** S3 keeps names that begin like those of other alphabets in the DNS to itself: not all of them make a URL. */
const bucketName = fc
  .stringMatching(/^[a-z][a-z0-9-]{1,30}[a-z0-9]$/)
  .filter((name) => !name.startsWith('xn--'))
const place = fc.record({
  bucket: bucketName,
  region: fc.constantFrom('us-east-1', 'eu-west-2', 'cn-north-1', 'us-gov-west-1', 'garage'),
  endpoint: fc.constantFrom(
    undefined,
    'http://127.0.0.1:9000',
    'https://s3.example.org',
    'https://s3.example.org:8443',
    'http://storage.example.org:80',
    'https://gateway.example.org/s3',
  ),
  pathStyle: fc.boolean(),
})

describe('URLs for S3', () => {
  it('are those of the AWS SDK, character for character', async () => {
    await fc.assert(
      fc.asyncProperty(
        place,
        fc.record({
          accessKeyId: printable,
          secretAccessKey: printable,
          sessionToken: fc.option(token, { nil: undefined }),
        }),
        mimeType,
        fc.date({ min: new Date('2020-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }),
        fc.integer({ min: 30, max: MAX_URL_LIFETIME_SECONDS }),
        async (where, { sessionToken, ...pair }, contentType, date, urlLifetimeSeconds) => {
          const credentials = { ...pair, ...(sessionToken !== undefined && { sessionToken }) }
          const client = createS3Client({ ...where, credentials })
          const bucketUrl = await bucketUrlOf(where)
          const urls = s3UrlSigner({
            bucketUrl,
            region: where.region,
            credentials: () => credentials,
            urlLifetimeSeconds,
          })
          const nowMs = date.getTime()
          const key = newMediaKey(nowMs)
          const object = { Bucket: where.bucket, Key: key }
          const options = {
            expiresIn: urlLifetimeSeconds + STEP_MS / 1000,
            signingDate: new Date(Math.floor(nowMs / STEP_MS) * STEP_MS),
          }
          expect(urls.getUrl(key, nowMs)).toBe(
            await getSignedUrl(client, new GetObjectCommand(object), options),
          )
          expect(urls.putUrl(key, contentType, nowMs)).toBe(
            await getSignedUrl(client, new PutObjectCommand({ ...object, ContentType: contentType }), {
              ...options,
              signableHeaders: new Set(['content-type']),
            }),
          )
          client.destroy()
        },
      ),
      { numRuns: 300 },
    )
  })

  it('are the same for all of a minute, and others the next', () => {
    const { getUrl } = signer()
    const minuteMs = Math.floor(NOW_MS / STEP_MS) * STEP_MS
    expect(getUrl(KEY, minuteMs)).toBe(getUrl(KEY, minuteMs + 59_999))
    expect(getUrl(KEY, minuteMs + 60_000)).not.toBe(getUrl(KEY, minuteMs))
    expect(getUrl(KEY, minuteMs)).toBe(signer().getUrl(KEY, minuteMs))
  })

  it.each([0, 1, 29_999, 59_999])('hold for their lifetime at least, made %i ms into a minute', (ms) => {
    const madeMs = Math.floor(NOW_MS / STEP_MS) * STEP_MS + ms
    const leftMs = endOf(signer().getUrl(KEY, madeMs)) - madeMs
    expect(leftMs).toBeGreaterThanOrEqual(3_600_000)
    expect(leftMs).toBeLessThanOrEqual(3_660_000)
  })

  it('never outlive the credentials they are signed with', () => {
    const expiration = new Date(NOW_MS + 600_500)
    const { getUrl, putUrl } = signer(() => ({ ...LASTING, sessionToken: 'token', expiration }))
    for (const url of [getUrl(KEY, NOW_MS), putUrl(KEY, 'video/mp2t', NOW_MS)]) {
      expect(endOf(url)).toBeLessThanOrEqual(expiration.getTime())
      expect(endOf(url)).toBeGreaterThan(expiration.getTime() - 1000)
    }
  })

  it('are made with credentials that have expired too, as nobody waits for new ones', () => {
    const { getUrl } = signer(() => ({ ...LASTING, expiration: new Date(NOW_MS - 1_000_000) }))
    expect(new URL(getUrl(KEY, NOW_MS)).searchParams.get('X-Amz-Expires')).toBe('1')
  })

  it('are signed with new credentials as soon as there are any', () => {
    let credentials = LASTING
    const { getUrl } = signer(() => credentials)
    const before = getUrl(KEY, NOW_MS)
    credentials = { ...LASTING, accessKeyId: 'AKIDNEXT' }
    expect(getUrl(KEY, NOW_MS)).toContain('AKIDNEXT')
    expect(before).not.toContain('AKIDNEXT')
  })

  it('stay different for more keys than are remembered', () => {
    const { getUrl } = signer()
    const keys = Array.from({ length: 20_100 }, () => newMediaKey(NOW_MS))
    const urls = keys.map((key) => getUrl(key, NOW_MS))
    expect(new Set(urls).size).toBe(keys.length)
    expect(keys.map((key) => getUrl(key, NOW_MS))).toEqual(urls)
  })

  it('without a signature are where the object is', () => {
    expect(signer().plainUrl(KEY)).toBe(`https://media.s3.eu-west-2.amazonaws.com/${KEY}`)
  })
})

/** When a URL ends, milliseconds. */
function endOf(url: string): number {
  const { searchParams } = new URL(url)
  const date = searchParams.get('X-Amz-Date')?.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5') ?? ''
  return Date.parse(date) + Number(searchParams.get('X-Amz-Expires')) * 1000
}
