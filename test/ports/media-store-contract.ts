import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ListedMedia, MediaStore, StoredMedia } from '../../services/ports/media-store.ts'
import { hostileMediaKeys } from './hostile-media-keys.ts'

export type OpenedMediaStore = {
  readonly store: MediaStore
  readonly halfUploads: HalfUploads
  readonly close: () => Promise<void>
}

/** What is there of uploads that are not complete. */
export type HalfUploads = {
  /** As a process does that is killed. */
  leave(key: string): Promise<void>
  /** A thousand at most. */
  count(): Promise<number>
}

export type MediaStoreTraits = {
  /** Whether one of several uploads of a key at the same instant wins; otherwise one of the latest does. */
  readonly isFirstUploadKept?: boolean
}

const TYPE = 'video/mp2t'
const MIB = 1024 ** 2
const HOUR_MS = 3_600_000
/** Older than that is also what was begun in this instant. */
const ANY_AGE_MS = -60_000

/** A listing may know times to the millisecond where a HEAD has whole seconds. */
const toSeconds = (media: ListedMedia): ListedMedia => ({
  ...media,
  modifiedMs: Math.floor(media.modifiedMs / 1000) * 1000,
})

/** What holds for every Storage Backend. `open` gives a store whose URLs lead to a server that answers. */
export const mediaStoreContract = (
  adapter: string,
  open: () => Promise<OpenedMediaStore>,
  { isFirstUploadKept = true }: MediaStoreTraits = {},
) =>
  describe(`${adapter} as a media store`, () => {
    let opened: OpenedMediaStore
    let store: MediaStore
    beforeAll(async () => {
      opened = await open()
      store = opened.store
    })
    afterAll(() => opened.close())

    const newKey = () => store.newKey(Date.now(), 'an object')
    const write = (key: string, bytes: Buffer, contentType = TYPE) =>
      store.write(key, contentType, Readable.from([bytes]))
    const bytesOf = async (key: string, range?: { first: number; last: number }) => {
      const found = await store.read(key, range)
      return found && buffer(found.body)
    }

    describe('keys', () => {
      it('are new each time, dated, and free of the object id', () => {
        const nowMs = Date.UTC(2026, 10, 21, 23, 59)
        const keys = Array.from({ length: 1000 }, () => store.newKey(nowMs, '../../etc/passwd'))
        expect(new Set(keys).size).toBe(1000)
        for (const key of keys) expect(key).toMatch(/^2026\/11\/21\/[0-9a-z]{26,}$/)
      })

      it.each(hostileMediaKeys)('of any other shape are refused: %j', async (key) => {
        const refusal = { name: 'InvalidMediaKey' }
        await expect(store.head(key)).rejects.toMatchObject(refusal)
        await expect(store.read(key)).rejects.toMatchObject(refusal)
        await expect(write(key, Buffer.from('x'))).rejects.toMatchObject(refusal)
        await expect(store.remove([newKey(), key])).rejects.toMatchObject(refusal)
        expect(() => store.getUrl(key, Date.now())).toThrow(expect.objectContaining(refusal))
        expect(() => store.putUrl(key, TYPE, Date.now())).toThrow(expect.objectContaining(refusal))
        expect(() => store.plainUrl(key)).toThrow(expect.objectContaining(refusal))
      })
    })

    describe('writing and reading', () => {
      it('gives back what was written, and what it is', async () => {
        const key = newKey()
        const bytes = pattern(3 * MIB + 17)
        const written = await write(key, bytes)
        expect(written).toMatchObject({ sizeBytes: bytes.length, contentType: TYPE })
        expect(written.etag).toMatch(/^"[^"]+"$/)
        expect(Math.abs(Date.now() - written.modifiedMs)).toBeLessThan(3_600_000)
        expect(await store.head(key)).toEqual(written)
        const found = await store.read(key)
        expect(found?.media).toEqual(written)
        expect((await buffer(found!.body)).equals(bytes)).toBe(true)
      })

      it('reports checksums that are right, SHA-256 among them', async () => {
        const bytes = pattern(100_000)
        const { checksums } = await write(newKey(), bytes)
        expect(checksums.map(({ algorithm }) => algorithm)).toContain('sha256')
        for (const { algorithm, value } of checksums) expect(value).toBe(digest(algorithm, bytes))
      })

      it.each(['video/mp2t', 'audio/mp4; codecs="mp4a.40.2"', 'application/octet-stream'])(
        'keeps the content type %s',
        async (contentType) => {
          const key = newKey()
          await write(key, Buffer.from('x'), contentType)
          expect((await store.head(key))?.contentType).toBe(contentType)
        },
      )

      it('takes an empty object', async () => {
        const key = newKey()
        await store.write(key, TYPE, Readable.from([]))
        expect((await store.head(key))?.sizeBytes).toBe(0)
        expect(await bytesOf(key)).toHaveLength(0)
      })

      it.each([
        [0, 0],
        [0, 99_999],
        [99_999, 99_999],
        [40_000, 80_000],
      ])('reads the range %i to %i, both included', async (first, last) => {
        const key = newKey()
        const bytes = pattern(100_000)
        await write(key, bytes)
        expect((await bytesOf(key, { first, last }))?.equals(bytes.subarray(first, last + 1))).toBe(true)
      })

      it('has nothing where nothing was written', async () => {
        const key = newKey()
        expect(await store.head(key)).toBeUndefined()
        expect(await store.read(key)).toBeUndefined()
      })

      it('never says that something is missing which was written', async () => {
        const [there, nowhere] = [newKey(), newKey()]
        await write(there, pattern(10))
        const missing = (await store.missing?.([nowhere, there])) ?? new Set()
        expect([[], [nowhere]]).toContainEqual([...missing])
      })

      it('takes 64 objects at once', async () => {
        const objects = Array.from({ length: 64 }, (_, i) => ({ key: newKey(), bytes: pattern(50_000 + i) }))
        await Promise.all(objects.map(({ key, bytes }) => write(key, bytes)))
        for (const { key, bytes } of objects) expect((await bytesOf(key))?.equals(bytes)).toBe(true)
      })

      it('keeps little of a large object in memory', async () => {
        const key = newKey()
        const chunks = 200 * 16
        const chunk = pattern(MIB / 16)
        const rss = peakOf(() => process.memoryUsage.rss())
        const body = Readable.from(repeat(chunk, chunks, rss.look), { highWaterMark: 1 })
        expect((await store.write(key, TYPE, body)).sizeBytes).toBe(200 * MIB)

        let read = 0
        for await (const part of (await store.read(key))!.body) {
          read += (part as Buffer).length
          rss.look()
        }
        expect(read).toBe(200 * MIB)
        expect(rss.growth()).toBeLessThan(120 * MIB)
        await store.remove([key])
      })
    })

    describe('recalling', () => {
      it('knows at once what was just written, until it is removed', async () => {
        const key = newKey()
        expect(store.recall?.(key)).toBeUndefined()
        const written = await write(key, Buffer.from('known'))
        expect(store.recall?.(key)).toEqual(written)
        await store.remove([key])
        expect(store.recall?.(key)).toBeUndefined()
      })

      it('knows nothing of what was refused', async () => {
        const key = newKey()
        await expect(
          store.write(key, TYPE, Readable.from([Buffer.from('some')]), { sizeBytes: 5 }),
        ).rejects.toThrow()
        expect(store.recall?.(key)).toBeUndefined()
      })
    })

    describe('what is not kept', () => {
      it('is an upload that breaks off', async () => {
        const key = newKey()
        async function* broken() {
          yield pattern(MIB)
          throw new Error('the line went dead')
        }
        await expect(store.write(key, TYPE, Readable.from(broken()))).rejects.toThrow('the line went dead')
        expect(await store.head(key)).toBeUndefined()
        expect(await store.read(key)).toBeUndefined()
        await write(key, Buffer.from('whole'))
        expect(await bytesOf(key)).toEqual(Buffer.from('whole'))
      })

      it.each([
        [
          'a SHA-256',
          { checksums: [{ algorithm: 'sha256', value: digest('sha256', 'other') }] },
          'checksum_mismatch',
        ],
        ['an MD5', { checksums: [{ algorithm: 'md5', value: digest('md5', 'other') }] }, 'checksum_mismatch'],
        ['a size', { sizeBytes: 5 }, 'size_mismatch'],
      ] as const)('is an object that has not %s it was announced with', async (_what, expected, reason) => {
        const key = newKey()
        const body = Readable.from([Buffer.from('some')])
        await expect(store.write(key, TYPE, body, expected)).rejects.toMatchObject({
          name: 'UploadRefused',
          reason,
        })
        expect(await store.head(key)).toBeUndefined()
      })

      it('is another object under a key that has one, while the same again is no matter', async () => {
        const key = newKey()
        const first = await write(key, Buffer.from('first'))
        expect(await write(key, Buffer.from('first'))).toEqual(first)
        await expect(write(key, Buffer.from('other'))).rejects.toMatchObject({ reason: 'key_taken' })
        await expect(write(key, Buffer.from('first'), 'text/plain')).rejects.toMatchObject({
          reason: 'key_taken',
        })
        expect(await store.head(key)).toEqual(first)
        expect(await bytesOf(key)).toEqual(Buffer.from('first'))
      })

      it.runIf(isFirstUploadKept)(
        'are all but one of many different objects sent to one key at once',
        async () => {
          const key = newKey()
          const contents = Array.from({ length: 16 }, (_, i) => pattern(10_000 + i))
          const results = await Promise.allSettled(contents.map((bytes) => write(key, bytes)))
          const won = results.flatMap((result, i) => (result.status === 'fulfilled' ? [contents[i]!] : []))
          expect(won).toHaveLength(1)
          expect((await bytesOf(key))?.equals(won[0]!)).toBe(true)
        },
      )
    })

    describe('copying', () => {
      it('gives the same object under another key, and leaves the first', async () => {
        const [from, to] = [newKey(), newKey()]
        const bytes = pattern(3 * MIB)
        const first = await write(from, bytes, 'audio/mp4')
        const copy = await store.copyFrom(store, from, to)
        expect(copy).toMatchObject({
          sizeBytes: bytes.length,
          contentType: 'audio/mp4',
          checksums: first.checksums,
        })
        expect(await store.head(to)).toEqual(copy)
        expect((await bytesOf(to))?.equals(bytes)).toBe(true)
        expect(await store.head(from)).toEqual(first)
      })

      it('has nothing of what is not there', async () => {
        const to = newKey()
        expect(await store.copyFrom(store, newKey(), to)).toBeUndefined()
        expect(await store.head(to)).toBeUndefined()
      })

      it('keeps the first object of a key, and finds the same copy to be no matter', async () => {
        const [from, other, to] = [newKey(), newKey(), newKey()]
        await write(from, Buffer.from('first'))
        await write(other, Buffer.from('other'))
        const copy = await store.copyFrom(store, from, to)
        expect(await store.copyFrom(store, from, to)).toEqual(copy)
        await expect(store.copyFrom(store, other, to)).rejects.toMatchObject({ reason: 'key_taken' })
        expect(await bytesOf(to)).toEqual(Buffer.from('first'))
      })

      it('can be given up on the way, and then leaves nothing', async () => {
        const [from, to] = [newKey(), newKey()]
        const media = await write(from, pattern(MIB))
        const stopping = new AbortController()
        const body = new Readable({ read: () => stopping.abort() })
        const endless: MediaStore = { ...store, read: async () => ({ media, body }) }
        await expect(store.copyFrom(endless, from, to, stopping.signal)).rejects.toThrow()
        expect(await store.head(to)).toBeUndefined()
        expect(await store.copyFrom(store, from, to, new AbortController().signal)).toMatchObject({
          sizeBytes: MIB,
        })
      })

      it('takes an empty object, and no key of another shape', async () => {
        const [from, to] = [newKey(), newKey()]
        await store.write(from, TYPE, Readable.from([]))
        expect(await store.copyFrom(store, from, to)).toMatchObject({ sizeBytes: 0 })
        const refusal = { name: 'InvalidMediaKey' }
        await expect(store.copyFrom(store, from, '../x')).rejects.toMatchObject(refusal)
        await expect(store.copyFrom(store, '../x', newKey())).rejects.toMatchObject(refusal)
      })
    })

    describe('listing', () => {
      const listAll = async (limit: number) => {
        const objects: ListedMedia[] = []
        let from: string | undefined
        do {
          const page = await store.list(limit, from)
          expect(page.objects.length).toBeLessThanOrEqual(limit)
          objects.push(...page.objects)
          from = page.next
        } while (from !== undefined)
        return objects
      }

      it('tells of every object once, in the order of keys, however long the pages', async () => {
        const days = [Date.UTC(2001, 1, 3), Date.UTC(2001, 1, 4), Date.UTC(2001, 10, 3), Date.UTC(2002, 0, 1)]
        const written: ListedMedia[] = []
        for (let i = 0; i < 12; i++) {
          const key = store.newKey(days[i % days.length]!, 'an object')
          const { sizeBytes, modifiedMs } = await write(key, pattern(i))
          written.push({ key, sizeBytes, modifiedMs })
        }
        const gone = store.newKey(days[0]!, 'an object')
        await write(gone, Buffer.from('gone'))
        await store.remove([gone])
        written.sort((a, b) => (a.key < b.key ? -1 : 1))
        for (const limit of [1, 5, 1000]) {
          const listed = await listAll(limit)
          expect(listed.slice(0, written.length).map(toSeconds)).toEqual(written.map(toSeconds))
          const keys = listed.map(({ key }) => key)
          expect(keys).toEqual([...new Set(keys)].sort())
        }
      })
    })

    describe('removing', () => {
      it('removes what is there, is content with what is not, and leaves the rest', async () => {
        const [one, two, rest] = [newKey(), newKey(), newKey()]
        for (const key of [one, two, rest]) await write(key, Buffer.from(key))
        await store.remove([one, newKey(), two])
        expect(await store.head(one)).toBeUndefined()
        expect(await store.read(two)).toBeUndefined()
        expect(await bytesOf(rest)).toEqual(Buffer.from(rest))
        await store.remove([one])
        await store.remove([])
      })

      it('frees the key', async () => {
        const key = newKey()
        await write(key, Buffer.from('before'))
        await store.head(key)
        await store.remove([key])
        await write(key, Buffer.from('after'), 'text/plain')
        expect((await store.head(key))?.contentType).toBe('text/plain')
        expect(await bytesOf(key)).toEqual(Buffer.from('after'))
      })
    })

    describe('sweeping', () => {
      it('ends what killed processes left, once it is old enough, and nothing else', async () => {
        const whole = newKey()
        await write(whole, Buffer.from('whole'))
        const { halfUploads } = opened
        const half = [newKey(), newKey(), newKey()]
        for (const key of half) await halfUploads.leave(key)
        expect(await store.sweepUploads(HOUR_MS)).toBe(0)
        expect(await halfUploads.count()).toBe(3)
        expect(await store.sweepUploads(ANY_AGE_MS, AbortSignal.abort())).toBe(0)
        expect(await store.sweepUploads(ANY_AGE_MS)).toBe(3)
        expect(await halfUploads.count()).toBe(0)
        expect(await store.sweepUploads(ANY_AGE_MS)).toBe(0)
        for (const key of half) expect(await store.head(key)).toBeUndefined()
        expect(await bytesOf(whole)).toEqual(Buffer.from('whole'))
      })

      it('leaves an upload that is under way, however old', async () => {
        const key = newKey()
        const body = Readable.from(repeat(pattern(MIB), 20, () => undefined))
        let release = () => {}
        const released = new Promise<void>((resolve) => {
          release = resolve
        })
        async function* slow() {
          yield* body
          await released
          yield Buffer.from('the end')
        }
        const writing = store.write(key, TYPE, Readable.from(slow()))
        await expect.poll(opened.halfUploads.count).toBe(1)
        expect(await store.sweepUploads(ANY_AGE_MS)).toBe(0)
        release()
        expect(await writing).toMatchObject({ sizeBytes: 20 * MIB + 7 })
        expect(await store.head(key)).toBeDefined()
        expect(await opened.halfUploads.count()).toBe(0)
      })
    })

    describe('URLs', () => {
      const put = (url: string, body: Buffer, contentType = TYPE) =>
        fetch(url, { method: 'PUT', body: new Uint8Array(body), headers: { 'Content-Type': contentType } })

      it('take an upload and give it back, whole or in part', async () => {
        const key = newKey()
        const bytes = pattern(300_000)
        expect((await put(store.putUrl(key, TYPE, Date.now()), bytes)).status).toBe(200)
        const stored = (await store.head(key)) as StoredMedia
        expect(stored).toMatchObject({ sizeBytes: 300_000, contentType: TYPE })

        const whole = await fetch(store.getUrl(key, Date.now()))
        expect(whole.status).toBe(200)
        expect(whole.headers.get('content-type')).toBe(TYPE)
        expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true)

        const headers = { Range: 'bytes=1000-1999' }
        const part = await fetch(store.getUrl(key, Date.now()), { headers })
        expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 1000-1999/300000'])
        expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(1000, 2000))).toBe(true)
      })

      it('give 404 where nothing was uploaded', async () => {
        const response = await fetch(store.getUrl(newKey(), Date.now()))
        expect(response.status).toBe(404)
        await response.body?.cancel()
      })

      it('for reading do not write, and for writing do not read', async () => {
        const key = newKey()
        expect((await put(store.getUrl(key, Date.now()), Buffer.from('x'))).status).toBe(403)
        expect(await store.head(key)).toBeUndefined()
        await write(key, Buffer.from('x'))
        const response = await fetch(store.putUrl(key, TYPE, Date.now()))
        expect(response.status).toBe(403)
        await response.body?.cancel()
      })

      it('take no other content type than they were made for', async () => {
        const key = newKey()
        const url = store.putUrl(key, TYPE, Date.now())
        expect((await put(url, Buffer.from('x'), 'text/html')).status).toBe(403)
        expect(await store.head(key)).toBeUndefined()
      })

      it('expire', async () => {
        const key = newKey()
        await write(key, Buffer.from('x'))
        const response = await fetch(store.getUrl(key, Date.now() - 30 * 24 * 3_600_000))
        expect(response.status).toBe(403)
        await response.body?.cancel()
      })
    })

    it('is well', () => expect(store.check()).resolves.toBeUndefined())
  })

/** Bytes that differ along the way, so that a wrong offset shows. */
function pattern(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let i = 0; i < length; i += 1) bytes[i] = (i ^ (i >> 8) ^ (i >> 16) ^ length) & 0xff
  return bytes
}

const digest = (algorithm: string, bytes: Buffer | string) =>
  createHash(algorithm).update(bytes).digest('base64')

async function* repeat(chunk: Buffer, times: number, before: () => void) {
  for (let i = 0; i < times; i += 1) {
    before()
    yield chunk
  }
}

function peakOf(measure: () => number) {
  const start = measure()
  let peak = start
  const look = () => {
    peak = Math.max(peak, measure())
  }
  return { look, growth: () => peak - start }
}
