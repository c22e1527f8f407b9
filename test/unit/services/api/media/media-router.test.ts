import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  expectRefusal,
  MEDIA_TYPE,
  openFilesBelow,
  putMedia,
  sendRaw,
  startDownload,
  startUpload,
} from '../../../../support/media-client.ts'
import { type MediaServer, startMediaServer } from '../../../../support/media-server.ts'

/** A machine under load is no failure. */
const PATIENCE = { timeout: 60_000 }
const bytes = randomBytes(100_000)

let media: MediaServer
beforeAll(async () => {
  media = await startMediaServer()
})
afterEach(() => expect(media.failures).toEqual([]))
afterAll(() => media.close())

const newKey = () => media.store.newKey(Date.now(), 'x')
const putUrl = (key: string) => media.store.putUrl(key, MEDIA_TYPE, Date.now())
const getUrl = (key: string) => media.store.getUrl(key, Date.now())
const uploaded = async () => {
  const key = newKey()
  await media.store.write(key, MEDIA_TYPE, Readable.from([bytes]))
  return key
}

describe('who may', () => {
  const changed = (key: string, name: string, value: string) => {
    const url = new URL(getUrl(key))
    url.searchParams.set(name, value)
    return fetch(url)
  }

  it('not: a URL without, or with another signature, or for longer', async () => {
    const key = await uploaded()
    await expectRefusal(await fetch(media.store.plainUrl(key)), 403, 'url_not_signed')
    await expectRefusal(await changed(key, 'signature', 'A'.repeat(43)), 403, 'url_invalid')
    await expectRefusal(await changed(key, 'expires', '99999999999'), 403, 'url_invalid')
    await expectRefusal(await fetch(`${getUrl(key)}&expires=99999999999`), 403, 'url_not_signed')
  })

  it('not: a URL for reading that uploads, or the reverse', async () => {
    const key = newKey()
    await expectRefusal(await putMedia(getUrl(key), bytes), 403, 'url_invalid')
    await expectRefusal(await fetch(putUrl(key)), 403, 'url_invalid')
  })

  it('not: a URL that has expired', async () => {
    const key = await uploaded()
    const old = media.store.getUrl(key, Date.now() - 3_600_000)
    expect(await expectRefusal(await fetch(old), 403, 'url_expired')).toContain('expired')
  })

  it.each([
    ['GET', 404],
    ['HEAD', 404],
    ['PUT', 404],
    ['OPTIONS', 204],
    ['DELETE', 405],
  ])('%s of paths that are no keys: %i', async (method, expected) => {
    const good = newKey()
    const query = '?expires=9999999999&signature=x'
    const paths = [
      '',
      '/',
      `/${good}/`,
      `//${good}`,
      `/${good.replaceAll('/', '%2F')}`,
      '/../../etc/passwd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/..%2f..%2fetc%2fpasswd',
      '/%00',
      '/%',
      `/${'a'.repeat(8000)}`,
    ]
    for (const path of paths) {
      const options = { method, path: `/media${path}${query}`, headers: { 'Content-Type': MEDIA_TYPE } }
      const { status } = await sendRaw(media.url, options, Buffer.alloc(0))
      expect([path, status]).toEqual([path, expected])
    }
  })

  it('404 where the URL is good and nothing was uploaded', async () => {
    await expectRefusal(await fetch(getUrl(newKey())), 404, 'not_found')
  })

  it('pages of any origin, and the preflight says so', async () => {
    const response = await fetch(getUrl(newKey()), { method: 'OPTIONS' })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-allow-methods')).toContain('PUT')
    expect(response.headers.get('access-control-allow-headers')).toContain('Authorization')
  })

  it('not: other methods', async () => {
    const response = await fetch(getUrl(newKey()), { method: 'DELETE' })
    expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS, PUT')
    await expectRefusal(response, 405, 'method_not_allowed')
  })
})

describe('a client that stalls', () => {
  let impatient: MediaServer
  beforeAll(async () => {
    impatient = await startMediaServer({ router: { idleTimeoutMs: 500 } })
  })
  afterAll(() => impatient.close())

  it('in its upload is hung up on, and nothing of it is kept', async () => {
    const key = newKey()
    const upload = startUpload(impatient.store.putUrl(key, MEDIA_TYPE, Date.now()), bytes.length + 1)
    const closed = new Promise((resolve) => upload.once('close', resolve))
    upload.write(bytes)
    await closed
    await vi.waitFor(async () => expect(await openFilesBelow(impatient.directory)).toEqual([]), PATIENCE)
    expect(await impatient.store.head(key)).toBeUndefined()
  })

  it('in its download is hung up on, and the file closed', async () => {
    const key = newKey()
    await impatient.store.write(key, MEDIA_TYPE, Readable.from([Buffer.alloc(20 * 1024 ** 2)]))
    const response = await startDownload(impatient.store.getUrl(key, Date.now()))
    await vi.waitFor(async () => expect(await openFilesBelow(impatient.directory)).toEqual([]), PATIENCE)
    expect(response.complete).toBe(false)
    response.destroy()
  })
})

describe('with several stores', () => {
  it('each URL leads to the store that signed it', async () => {
    const other = await startMediaServer({ storageId: 'another' })
    const both = await startMediaServer({
      moreStores: [other.store],
      router: { unsignedAccess: (request) => (request.get('Authorization') ? other.store : undefined) },
    })
    const key = newKey()
    await other.store.write(key, MEDIA_TYPE, Readable.from([bytes]))
    const url = other.store.getUrl(key, Date.now()).replace(other.url, both.url)
    expect((await fetch(url)).status).toBe(200)
    expect((await fetch(both.store.getUrl(key, Date.now()))).status).toBe(404)

    const plain = both.store.plainUrl(key)
    expect((await fetch(plain)).status).toBe(403)
    const response = await fetch(plain, { headers: { Authorization: 'Bearer x' } })
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'private, no-cache'])
    await both.close()
    await other.close()
  })
})
