import { createHash, randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { expectRefusal, MEDIA_TYPE, openFilesBelow, startDownload } from '../../../../support/media-client.ts'
import { type MediaServer, startMediaServer } from '../../../../support/media-server.ts'

const LARGE_BYTES = 20 * 1024 ** 2
/** A machine under load is no failure. */
const PATIENCE = { timeout: 60_000 }
const bytes = randomBytes(100_000)
const sha256 = createHash('sha256').update(bytes).digest('base64')
const md5 = createHash('md5').update(bytes).digest('base64')

let media: MediaServer
let sent = 0
beforeAll(async () => {
  const bytesOut = (count: number) => {
    sent += count
  }
  media = await startMediaServer({ router: { bytesOut } })
})
afterEach(() => expect(media.failures).toEqual([]))
afterAll(() => media.close())

const getUrl = (key: string) => media.store.getUrl(key, Date.now())
const get = (key: string, headers: Record<string, string> = {}) => fetch(getUrl(key), { headers })
const uploaded = async (content: Buffer = bytes) => {
  const key = media.store.newKey(Date.now(), 'x')
  await media.store.write(key, MEDIA_TYPE, Readable.from([content]))
  return key
}

describe('GET', () => {
  it('gives the object, its type, checksums, and how long it may be kept', async () => {
    const key = await uploaded()
    const before = sent
    const response = await get(key)
    expect(response.status).toBe(200)
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true)
    const stored = await media.store.head(key)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': MEDIA_TYPE,
      'content-length': '100000',
      'accept-ranges': 'bytes',
      etag: stored?.etag,
      'last-modified': new Date(stored!.modifiedMs).toUTCString(),
      'repr-digest': `sha-256=:${sha256}:`,
      'content-md5': md5,
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
      'content-security-policy': 'sandbox',
    })
    const [, maxAge] =
      /^private, max-age=(\d+), immutable$/.exec(response.headers.get('cache-control') ?? '') ?? []
    expect(Number(maxAge)).toBeGreaterThan(290)
    expect(Number(maxAge)).toBeLessThanOrEqual(360)
    await vi.waitFor(() => expect(sent - before).toBe(bytes.length), PATIENCE)
  })

  it.each([
    ['bytes=0-0', 0, 0],
    ['bytes=500-', 500, 99_999],
    ['bytes=-500', 99_500, 99_999],
    ['bytes=99999-200000', 99_999, 99_999],
  ])('gives the range %s', async (header, first, last) => {
    const response = await get(await uploaded(), { Range: header })
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe(`bytes ${first}-${last}/100000`)
    expect(response.headers.get('content-length')).toBe(String(last - first + 1))
    expect(response.headers.get('content-md5')).toBeNull()
    expect(response.headers.get('repr-digest')).toBe(`sha-256=:${sha256}:`)
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes.subarray(first, last + 1))).toBe(true)
  })

  it.each(['bytes=0-1,5-6', 'lines=1-2', 'bytes=5-1'])('gives the whole for %s', async (header) => {
    const response = await get(await uploaded(), { Range: header })
    expect(response.status).toBe(200)
    expect((await response.arrayBuffer()).byteLength).toBe(bytes.length)
  })

  it('says 416 where the range is beyond the end', async () => {
    const response = await get(await uploaded(), { Range: 'bytes=100000-' })
    expect(response.headers.get('content-range')).toBe('bytes */100000')
    await expectRefusal(response, 416, 'range_not_satisfiable')
  })

  it('gives the range only of what the client has a part of', async () => {
    const key = await uploaded()
    const { etag } = (await media.store.head(key))!
    const range = { Range: 'bytes=0-9' }
    const statuses = [etag, '"other"'].map(
      async (tag) => (await get(key, { ...range, 'If-Range': tag })).status,
    )
    expect(await Promise.all(statuses)).toEqual([206, 200])
  })

  it('says 304 where the copy is good, whether by tag or by date', async () => {
    const key = await uploaded()
    const { etag, modifiedMs } = (await media.store.head(key))!
    const date = new Date(modifiedMs).toUTCString()
    const statusWith = async (headers: Record<string, string>) => (await get(key, headers)).status
    expect(await statusWith({ 'If-None-Match': etag })).toBe(304)
    expect(await statusWith({ 'If-None-Match': `"a", W/${etag}` })).toBe(304)
    expect(await statusWith({ 'If-None-Match': '*' })).toBe(304)
    expect(await statusWith({ 'If-None-Match': '"a"' })).toBe(200)
    expect(await statusWith({ 'If-Modified-Since': date })).toBe(304)
    expect(await statusWith({ 'If-Modified-Since': new Date(0).toUTCString() })).toBe(200)
  })

  it('gives an empty object', async () => {
    const response = await get(await uploaded(Buffer.alloc(0)))
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '0'])
    expect(await response.text()).toBe('')
  })

  it('answers HEAD as GET, without the body', async () => {
    const key = await uploaded()
    const response = await fetch(getUrl(key), { method: 'HEAD', headers: { Range: 'bytes=0-9' } })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-length')).toBe('100000')
    expect(response.headers.get('content-md5')).toBe(md5)
    expect(await response.text()).toBe('')
  })

  it.skipIf(process.platform !== 'linux')('closes the file when the client goes away', async () => {
    const response = await startDownload(getUrl(await uploaded(Buffer.alloc(LARGE_BYTES))))
    await vi.waitFor(async () => expect(await openFilesBelow(media.directory)).toHaveLength(1), PATIENCE)
    response.destroy()
    await vi.waitFor(async () => expect(await openFilesBelow(media.directory)).toEqual([]), PATIENCE)
  })

  it('serves many requests on one connection without gathering listeners', async () => {
    const key = await uploaded()
    const sockets = new Set<Socket>()
    media.server.on('request', ({ socket }) => sockets.add(socket))
    for (let i = 0; i < 30; i += 1) await (await get(key)).arrayBuffer()
    for (const socket of sockets) {
      for (const event of ['timeout', 'error', 'close', 'drain']) {
        expect(socket.listenerCount(event)).toBeLessThan(5)
      }
    }
    expect(sockets.size).toBeGreaterThan(0)
  })
})
