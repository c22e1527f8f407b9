import { describe, expect, it } from 'vitest'
import {
  canonicalContentType,
  createUrlSigner,
  type SignedUse,
} from '../../../../../../services/adapters/media-store/filesystem/signed-urls.ts'

const KEY = '2026/11/21/0123456789abcdef0123456789abcdef'
const NOW_MS = 1_790_000_030_500
const LIFETIME_SECONDS = 300
const get: SignedUse = { method: 'GET' }
const put = (contentType: string): SignedUse => ({ method: 'PUT', contentType })

const signer = (storageId = 'one', signingKey = Buffer.alloc(32, 1)) =>
  createUrlSigner({
    publicBaseUrl: () => 'https://tams.example.org/api',
    storageId,
    signingKey,
    urlLifetimeSeconds: LIFETIME_SECONDS,
  })

function parametersOf(url: string) {
  const { searchParams } = new URL(url)
  return [searchParams.get('expires') ?? '', searchParams.get('signature') ?? ''] as const
}

describe('a signed URL', () => {
  it('is the base, the key, an expiry and a signature, with nothing that needs escaping', () => {
    expect(signer().getUrl(KEY, NOW_MS)).toMatch(
      /^https:\/\/tams\.example\.org\/api\/media\/2026\/11\/21\/[0-9a-f]{32}\?expires=\d{10}&signature=[\w-]{43}$/,
    )
  })

  it('is the same for all of a minute, and another the next', () => {
    const { getUrl } = signer()
    const minuteMs = Math.floor(NOW_MS / 60_000) * 60_000
    expect(getUrl(KEY, minuteMs)).toBe(getUrl(KEY, minuteMs + 59_999))
    expect(getUrl(KEY, minuteMs + 60_000)).not.toBe(getUrl(KEY, minuteMs))
  })

  it.each([0, 1, 29_999, 59_999])(
    'holds for its lifetime and a minute more at most, made %i ms into one',
    (ms) => {
      const { getUrl, verify } = signer()
      const madeMs = Math.floor(NOW_MS / 60_000) * 60_000 + ms
      const [expires, signature] = parametersOf(getUrl(KEY, madeMs))
      const verdictAfter = (seconds: number) => verify(get, KEY, expires, signature, madeMs + seconds * 1000)
      expect(verdictAfter(0)).toBe('valid')
      expect(verdictAfter(LIFETIME_SECONDS - 0.001)).toBe('valid')
      expect(verdictAfter(LIFETIME_SECONDS + 60)).toBe('expired')
    },
  )

  it('follows the public base URL as it becomes known', () => {
    let base = 'http://127.0.0.1:1'
    const { getUrl } = createUrlSigner({
      publicBaseUrl: () => base,
      storageId: 'one',
      signingKey: Buffer.alloc(32),
      urlLifetimeSeconds: 30,
    })
    getUrl(KEY, NOW_MS)
    base = 'http://127.0.0.1:2'
    expect(getUrl(KEY, NOW_MS)).toMatch(/^http:\/\/127\.0\.0\.1:2\//)
  })
})

describe('verification', () => {
  const { getUrl, putUrl, verify } = signer()
  const [expires, signature] = parametersOf(getUrl(KEY, NOW_MS))

  it('knows reading from writing, and one content type from another', () => {
    expect(verify(get, KEY, expires, signature, NOW_MS)).toBe('valid')
    expect(verify(put(''), KEY, expires, signature, NOW_MS)).toBe('invalid')
    const forUpload = parametersOf(putUrl(KEY, 'Video/MP2T', NOW_MS))
    expect(verify(put('video/mp2t'), KEY, ...forUpload, NOW_MS)).toBe('valid')
    expect(verify(put('video/mp4'), KEY, ...forUpload, NOW_MS)).toBe('invalid')
    expect(verify(get, KEY, ...forUpload, NOW_MS)).toBe('invalid')
  })

  it('takes no URL of another storage backend or of another signing key', () => {
    expect(signer('two').verify(get, KEY, expires, signature, NOW_MS)).toBe('invalid')
    const otherKey = Buffer.alloc(32, 2)
    expect(signer('one', otherKey).verify(get, KEY, expires, signature, NOW_MS)).toBe('invalid')
  })

  it.each([
    ['a later expiry', KEY, String(Number(expires) + 60), signature],
    ['another key', KEY.replace('0123', '0124'), expires, signature],
    ['no signature', KEY, expires, ''],
    ['a signature cut short', KEY, expires, signature.slice(0, -1)],
    ['a signature with more', KEY, expires, `${signature}A`],
    ['a signature that decodes alike', KEY, expires, `${signature}=`],
    ['a signature in another alphabet', KEY, expires, `é${signature.slice(1)}`],
    ['no expiry', KEY, '', signature],
    ['an expiry with a sign', KEY, `+${expires}`, signature],
    ['an expiry with a space', KEY, ` ${expires}`, signature],
    ['an endless expiry', KEY, 'Infinity', signature],
    ['the key in the expiry', KEY, `${expires}\n${KEY}`, signature],
  ])('refuses %s', (_what, key, changedExpiry, changedSignature) => {
    expect(verify(get, key, changedExpiry, changedSignature, NOW_MS)).toBe('invalid')
  })
})

describe('content types', () => {
  it.each([
    ['video/mp2t', 'video/mp2t'],
    [' Video/MP2T ', 'video/mp2t'],
    ['AUDIO/mp4 ;  codecs="mp4a.40.2"', 'audio/mp4;codecs="mp4a.40.2"'],
    ['text/plain;charset=UTF-8', 'text/plain;charset=UTF-8'],
  ])('%j is written %j', (given, canonical) => {
    expect(canonicalContentType(given)).toBe(canonical)
    expect(canonicalContentType(canonical)).toBe(canonical)
  })
})
