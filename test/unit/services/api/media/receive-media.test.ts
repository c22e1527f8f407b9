import { createHash, randomBytes } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { ErrorBody } from '../../../../../contracts/resources/error.ts'
import {
  expectRefusal,
  MEDIA_TYPE,
  openFilesBelow,
  putMedia,
  sendRaw,
  startUpload,
} from '../../../../support/media-client.ts'
import { type MediaServer, startMediaServer } from '../../../../support/media-server.ts'

const MAX_BYTES = 20 * 1024 ** 2
/** A machine under load is no failure. */
const PATIENCE = { timeout: 60_000 }
const bytes = randomBytes(100_000)
const sha256 = createHash('sha256').update(bytes).digest('base64')
const md5 = createHash('md5').update(bytes).digest('base64')

let media: MediaServer
let received = 0
beforeAll(async () => {
  const bytesIn = (count: number) => {
    received += count
  }
  media = await startMediaServer({ maxObjectBytes: MAX_BYTES, router: { bytesIn } })
})
afterEach(() => expect(media.failures).toEqual([]))
afterAll(() => media.close())

const newKey = () => media.store.newKey(Date.now(), 'x')
const putUrl = (key: string) => media.store.putUrl(key, MEDIA_TYPE, Date.now())
const uploadsUnderWay = () => readdir(join(media.directory, '.uploads'))

describe('PUT', () => {
  it('stores the object and confirms with its checksum', async () => {
    const key = newKey()
    const before = received
    const response = await putMedia(putUrl(key), bytes)
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
    expect(response.headers.get('repr-digest')).toBe(`sha-256=:${sha256}:`)
    expect(response.headers.get('etag')).toBe((await media.store.head(key))?.etag)
    expect(received - before).toBe(bytes.length)
  })

  it('takes a body of no announced length', async () => {
    const key = newKey()
    const { status } = await sendRaw(
      putUrl(key),
      { method: 'PUT', headers: { 'Content-Type': MEDIA_TYPE } },
      bytes,
    )
    expect(status).toBe(200)
    expect((await media.store.head(key))?.sizeBytes).toBe(bytes.length)
  })

  it.each([
    ['Content-MD5', md5],
    ['x-amz-checksum-sha256', sha256],
    ['Content-Digest', `sha-256=:${sha256}:`],
    ['Repr-Digest', `sha-256=:${sha256}:`],
  ])('checks %s', async (name, value) => {
    const right = newKey()
    expect((await putMedia(putUrl(right), bytes, { [name]: value })).status).toBe(200)
    const wrong = newKey()
    const response = await putMedia(putUrl(wrong), bytes.subarray(1), { [name]: value })
    expect(await expectRefusal(response, 400, 'checksum_mismatch')).toContain('is not')
    expect(await media.store.head(wrong)).toBeUndefined()
    expect(await uploadsUnderWay()).toEqual([])
  })

  it('says which checksum it cannot check', async () => {
    const key = newKey()
    const response = await putMedia(putUrl(key), bytes, { 'x-amz-checksum-crc32': 'AAAAAA==' })
    expect(await expectRefusal(response, 400, 'bad_request')).toContain('x-amz-checksum-crc32')
    expect(await media.store.head(key)).toBeUndefined()
  })

  it('takes the same object twice, and no other in its place', async () => {
    const key = newKey()
    const first = await putMedia(putUrl(key), bytes)
    const second = await putMedia(putUrl(key), bytes)
    expect([second.status, second.headers.get('etag')]).toEqual([200, first.headers.get('etag')])
    await expectRefusal(await putMedia(putUrl(key), bytes.subarray(1)), 409, 'key_taken')
    expect((await media.store.head(key))?.sizeBytes).toBe(bytes.length)
  })

  it.each([
    ['another content type', { 'Content-Type': 'text/html' }, 403, 'url_invalid'],
    ['a content coding', { 'Content-Encoding': 'gzip' }, 415, 'unsupported_media_type'],
    ['a part of an object', { 'Content-Range': 'bytes 0-9/20' }, 400, 'bad_request'],
  ])('refuses %s', async (_what, headers, status, type) => {
    const key = newKey()
    await expectRefusal(await putMedia(putUrl(key), bytes, headers), status, type)
    expect(await media.store.head(key)).toBeUndefined()
  })

  it('refuses a body without a content type', async () => {
    const { status } = await sendRaw(putUrl(newKey()), { method: 'PUT' }, bytes)
    expect(status).toBe(400)
  })

  it.each(['announced', 'unannounced'])('refuses an object that is too large, its size %s', async (how) => {
    const key = newKey()
    const large = Buffer.alloc(MAX_BYTES + 1)
    const headers = {
      'Content-Type': MEDIA_TYPE,
      ...(how === 'announced' && { 'Content-Length': large.length }),
    }
    const { status, body } = await sendRaw(
      putUrl(key),
      { method: 'PUT', headers },
      large.subarray(0, MAX_BYTES + 1),
    )
    expect(status).toBe(413)
    expect(ErrorBody.parse(JSON.parse(body)).type).toBe('too_large')
    expect(await media.store.head(key)).toBeUndefined()
    expect(await uploadsUnderWay()).toEqual([])
  })

  it('hangs up on a client that sends on and on after a refusal', async () => {
    const url = new URL(putUrl(newKey()))
    const socket = connect(Number(url.port), url.hostname)
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => {})
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.write(
      `PUT ${url.pathname}?expires=1&signature=x HTTP/1.1\r\nHost: x\r\nContent-Type: ${MEDIA_TYPE}\r\n`,
    )
    socket.write(`Content-Length: ${10 ** 12}\r\n\r\n`)
    const chunk = Buffer.alloc(1024 ** 2)
    const pump = () => {
      while (!socket.destroyed && socket.write(chunk));
    }
    socket.on('drain', pump)
    pump()
    await closed
    expect(answer).toMatch(/^HTTP\/1\.1 403 /)
    expect(socket.bytesWritten).toBeLessThan(100 * 1024 ** 2)
  })

  it('keeps nothing of a body that ends before its length', async () => {
    const key = newKey()
    const upload = startUpload(putUrl(key), bytes.length + 1)
    upload.write(bytes)
    await vi.waitFor(async () => expect(await uploadsUnderWay()).toHaveLength(1), PATIENCE)
    upload.destroy()
    await vi.waitFor(async () => expect(await uploadsUnderWay()).toEqual([]), PATIENCE)
    expect(await media.store.head(key)).toBeUndefined()
    expect(await openFilesBelow(media.directory)).toEqual([])
  })

  it('without the disk is answered 503, and when to try again', async () => {
    const broken = await startMediaServer()
    const url = broken.store.putUrl(newKey(), MEDIA_TYPE, Date.now())
    await rm(broken.directory, { recursive: true })
    const response = await putMedia(url, bytes)
    expect(response.headers.get('retry-after')).toBe('5')
    await expectRefusal(response, 503, 'media_store_unavailable')
    expect(broken.failures).toEqual([])
    await broken.close()
  })
})
