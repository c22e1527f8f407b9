import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import type { CommandServices } from '../../../../services/commands/command-services.ts'
import { LogUnavailable } from '../../../../services/ports/event-log.ts'
import type { MediaStore } from '../../../../services/ports/media-store.ts'
import { startPurgeService } from '../../../../services/purging/purge-service.ts'
import { BACKEND_ID, SHELF_ID } from '../../../support/command-harness.ts'
import {
  BYTES,
  copying,
  elsewhere,
  eventsOf,
  fill,
  keyOfCopy,
  listed,
  openCount,
  PATIENCE,
  silently,
  storeOf,
  withStore,
} from '../../../support/copying.ts'
import { startScriptedServer } from '../../../support/scripted-server.ts'
import { withMedia } from '../../../support/with-harness.ts'

describe('copying', () => {
  it('makes what was asked for before it started, and after', () =>
    withMedia(async (harness) => {
      await fill(harness, ['a', 'b'])
      await harness.requestCopy('a')
      await harness.catchUp()
      const copier = copying(harness)
      await harness.requestCopy('b')
      await harness.catchUp()

      await expect.poll(() => copier.outcomes, PATIENCE).toEqual([BYTES.length, BYTES.length])
      await expect.poll(() => openCount(harness), PATIENCE).toBe(0)
      const asked = await eventsOf(harness, 'InstanceRequested')
      const stored = await eventsOf(harness, 'InstanceStored')
      expect(stored.map(({ data }) => data)).toEqual(expect.arrayContaining(asked.map(({ data }) => data)))
      expect(stored.map(({ correlationId }) => correlationId).sort()).toEqual(
        asked.map(({ correlationId }) => correlationId).sort(),
      )
      for (const { data } of asked) {
        const found = await storeOf(harness, SHELF_ID).read((data as { key: string }).key)
        expect(found?.media.contentType).toBe('video/mp4')
        expect(await buffer(found!.body)).toEqual(BYTES)
      }
      await copier.stop()
    }))

  it('makes hundreds, some at once', () =>
    withMedia(async (harness) => {
      const ids = Array.from({ length: 300 }, (_, i) => `object ${i}`)
      await fill(harness, ids)
      for (const id of ids) await harness.requestCopy(id)
      await harness.catchUp()
      const copier = copying(harness)
      await expect.poll(() => copier.outcomes, PATIENCE).toHaveLength(300)
      await expect.poll(() => openCount(harness), PATIENCE).toBe(0)
      await copier.stop()
      expect(await listed(storeOf(harness, SHELF_ID))).toBe(300)
    }))

  it('records bytes that are there already, and copies them no second time', () =>
    withMedia(async (harness) => {
      const [source] = await fill(harness, ['a'])
      await harness.requestCopy('a')
      await harness.catchUp()
      const shelf = storeOf(harness, SHELF_ID)
      await shelf.copyFrom(storeOf(harness, BACKEND_ID), source!, await keyOfCopy(harness))
      const never = () => Promise.reject(new Error('copied again'))
      const copier = copying(harness, withStore(harness, SHELF_ID, { copyFrom: never, write: never }))
      await expect.poll(() => copier.outcomes, PATIENCE).toEqual([BYTES.length])
      await expect.poll(() => openCount(harness), PATIENCE).toBe(0)
      await copier.stop()
    }))

  it('replaces what is there and is not the object', () =>
    withMedia(async (harness) => {
      await fill(harness, ['a'])
      await harness.requestCopy('a')
      await harness.catchUp()
      const shelf = storeOf(harness, SHELF_ID)
      const key = await keyOfCopy(harness)
      await shelf.write(key, 'video/mp4', Readable.from([Buffer.from('other medi')]))
      const copier = copying(harness)
      await expect.poll(() => copier.outcomes, PATIENCE).toEqual([BYTES.length])
      await expect.poll(() => openCount(harness), PATIENCE).toBe(0)
      expect(await buffer((await shelf.read(key))!.body)).toEqual(BYTES)
      await copier.stop()
    }))

  it('waits for a store that is away as long as it takes: the source or the target', () =>
    withMedia(async (harness, folder) => {
      await fill(harness, ['a', 'b'])
      for (const [id, label] of [
        ['a', 'disk'],
        ['b', 'shelf'],
      ] as const) {
        const directory = join(folder, 'media', label)
        await rename(directory, `${directory} gone`)
        await harness.requestCopy(id)
        await harness.catchUp()
        const copier = copying(harness)
        const warnings = () => copier.lines.filter(({ level }) => level === 40).length
        await expect.poll(warnings, PATIENCE).toBeGreaterThan(6)
        expect(copier.outcomes).toEqual([])
        await rename(`${directory} gone`, directory)
        await expect.poll(() => copier.outcomes, PATIENCE).toEqual([BYTES.length])
        await expect.poll(() => openCount(harness), PATIENCE).toBe(0)
        await copier.stop()
      }
    }))

  it('waits for the log', () =>
    withMedia(async (harness) => {
      await fill(harness, ['a'])
      await harness.requestCopy('a')
      await harness.catchUp()
      const errors = Array.from({ length: 8 }, () => new LogUnavailable('disk full'))
      const run: CommandServices['run'] = (context, decide) => {
        const error = errors.shift()
        return error ? Promise.reject(error) : harness.services.run(context, decide)
      }
      const copier = copying(harness, { run })
      await expect.poll(() => copier.outcomes, PATIENCE).toEqual([BYTES.length])
      await expect.poll(() => openCount(harness), PATIENCE).toBe(0)
      await copier.stop()
    }))

  it('prefers stores to URLs, and takes what it gets', () =>
    withMedia(async (harness) => {
      await fill(harness, ['stored'])
      const web = await startScriptedServer((_, response) => response.end(BYTES))
      await harness.addUrl('stored', 'web', web.url.href)
      await harness.requestCopy('stored')
      await harness.catchUp()
      const copier = copying(harness)
      await expect.poll(() => openCount(harness), PATIENCE).toBe(0)
      expect(web.requests).toEqual([])

      await fill(harness, ['not uploaded'], null, 50)
      await harness.addUrl('not uploaded', 'web', new URL('/a', web.url).href)
      await harness.requestCopy('not uploaded')
      await harness.catchUp()
      await expect.poll(() => openCount(harness), PATIENCE).toBe(0)
      expect(web.requests.map(({ path }) => path)).toEqual(['/a'])
      await expect.poll(() => copier.outcomes, PATIENCE).toEqual([BYTES.length, BYTES.length])
      await copier.stop()
      await web.close()
    }))

  it.each<[fault: string, answer: (path: string) => { status: number; headers?: object; bytes?: Buffer }]>([
    ['source_missing', () => ({ status: 404 })],
    ['source_refused', () => ({ status: 403 })],
    ['source_refused', () => ({ status: 206, bytes: BYTES })],
    ['source_refused', () => ({ status: 302, headers: { location: 'http://10.0.0.1/' } })],
    ['source_refused', () => ({ status: 302, headers: { location: '/again' } })],
    ['source_refused', () => ({ status: 302 })],
    ['source_refused', () => ({ status: 200, headers: { 'content-encoding': 'gzip' }, bytes: BYTES })],
    ['too_large', () => ({ status: 200, bytes: Buffer.alloc(1025) })],
    ['too_large', () => ({ status: 200, headers: { 'content-length': 1025 }, bytes: Buffer.alloc(1025) })],
  ])('gives up with %s, and leaves nothing', (fault, answer) =>
    withMedia(async (harness) => {
      const web = await startScriptedServer(({ path }, response) => {
        const { status, headers, bytes } = answer(path)
        response.writeHead(status, { ...headers }).end(bytes)
      })
      await elsewhere(harness, 'far', web.url.href)
      await harness.requestCopy('far')
      await harness.catchUp()
      const copier = copying(harness)
      await expect.poll(() => copier.outcomes, PATIENCE).toEqual([fault])
      await expect.poll(() => openCount(harness), PATIENCE).toBe(0)
      const [failed] = await eventsOf(harness, 'InstanceFailed')
      expect(failed?.data).toEqual({
        object_id: 'far',
        storage_id: SHELF_ID,
        key: await keyOfCopy(harness),
        error: { type: fault, summary: expect.any(String) },
      })
      expect(copier.lines.at(-1)).toMatchObject({ level: 50, msg: 'a copy was given up', object_id: 'far' })
      expect(await listed(storeOf(harness, SHELF_ID))).toBe(0)
      expect(await harness.requestCopy('far')).toEqual({ done: true })
      await copier.stop()
      await web.close()
    }),
  )

  it('waits for a URL that does not answer now', () =>
    withMedia(async (harness) => {
      const web = await startScriptedServer((_, response, count) => {
        if (count < 7) response.writeHead([500, 503, 429, 408][count % 4]!).end()
        else if (count === 7)
          response.writeHead(200, { 'content-length': 10 }).write('half', () => response.destroy())
        else response.writeHead(200, { 'content-type': 'no type' }).end(BYTES)
      })
      await elsewhere(harness, 'far', web.url.href)
      await harness.requestCopy('far')
      await harness.catchUp()
      const copier = copying(harness)
      await expect.poll(() => copier.outcomes, PATIENCE).toEqual([BYTES.length])
      await expect.poll(() => openCount(harness), PATIENCE).toBe(0)
      const media = await storeOf(harness, SHELF_ID).head(await keyOfCopy(harness))
      expect(media?.contentType).toBe('application/octet-stream')
      await copier.stop()
      await web.close()
    }))

  it('gives up what differs each time it is read, and counts a bug as a fault of its own', () =>
    withMedia(async (harness) => {
      const disk = storeOf(harness, BACKEND_ID)
      const shelf = storeOf(harness, SHELF_ID)
      await fill(harness, ['changed', 'broken'])
      const wrong = { checksums: [{ algorithm: 'sha256', value: 'other' }] } as const
      for (const [id, head, fault] of [
        ['changed', async (key: string) => ({ ...(await disk.head(key))!, ...wrong }), 'checksum_mismatch'],
        ['broken', () => Promise.reject(new Error('a secret path')), 'internal_error'],
      ] as const) {
        await harness.requestCopy(id)
        await harness.catchUp()
        const copier = copying(harness, withStore(harness, BACKEND_ID, { head }))
        await expect.poll(() => copier.outcomes, PATIENCE).toEqual([fault])
        await expect.poll(() => openCount(harness), PATIENCE).toBe(0)
        await copier.stop()
      }
      expect(JSON.stringify(await eventsOf(harness, 'InstanceFailed'))).not.toContain('secret')
      expect(await listed(shelf)).toBe(0)
    }))

  it('goes on with others while one source is down', () =>
    withMedia(async (harness) => {
      const down = await startScriptedServer((_, response) => response.writeHead(503).end())
      const up = await startScriptedServer((_, response) => response.end(BYTES))
      for (let i = 0; i < 50; i++) {
        await elsewhere(harness, `down ${i}`, down.url.href)
        await harness.requestCopy(`down ${i}`)
      }
      await elsewhere(harness, 'up', up.url.href)
      await harness.requestCopy('up')
      await harness.catchUp()
      const copier = copying(harness)
      await expect.poll(() => copier.outcomes, PATIENCE).toEqual([BYTES.length])
      await expect.poll(() => openCount(harness), PATIENCE).toBe(50)
      await copier.stop()
      await Promise.all([down.close(), up.close()])
    }))
})

describe('a copy that is no longer wanted', () => {
  it.each(['removed', 'retired'] as const)('because it was %s leaves no bytes', (how) =>
    withMedia(async (harness) => {
      await fill(harness, ['a'])
      await harness.requestCopy('a')
      await harness.catchUp()
      const shelf = storeOf(harness, SHELF_ID)
      let begun = 0
      let goOn = () => {}
      const allowed = new Promise<void>((resolve) => {
        goOn = resolve
      })
      // Complete before anyone could give it up, and unheard of until then.
      const copyFrom: MediaStore['copyFrom'] = async (source, sourceKey, key) => {
        const made = await shelf.copyFrom(source, sourceKey, key)
        begun += 1
        await allowed
        return made
      }
      const copier = copying(harness, withStore(harness, SHELF_ID, { copyFrom }))
      const { log, services } = harness
      const purging = startPurgeService({
        ...silently,
        log,
        commands: services,
        untilFree: copier.keys.free,
      })
      await expect.poll(() => begun, PATIENCE).toBe(1)
      if (how === 'removed') await harness.removeInstance('a', { storage_id: SHELF_ID })
      else {
        await harness.deleteSegments('hd', '_')
        await harness.retire('a')
      }
      goOn()
      await expect.poll(() => listed(shelf), PATIENCE).toBe(0)
      await purging.stop()
      await copier.stop()
      expect(copier.outcomes).toEqual([])
      expect(await listed(shelf)).toBe(0)
      expect(await eventsOf(harness, 'InstanceStored', 'InstanceFailed')).toEqual([])
    }),
  )

  it('is not begun', () =>
    withMedia(async (harness) => {
      await fill(harness, ['a'])
      await harness.requestCopy('a')
      await harness.catchUp()
      // The catalog does not know yet.
      await harness.removeInstance('a', { storage_id: SHELF_ID })
      const never = () => Promise.reject(new Error('copied'))
      const copier = copying(harness, withStore(harness, SHELF_ID, { copyFrom: never }))
      await expect.poll(() => openCount(harness), PATIENCE).toBe(0)
      await copier.stop()
      expect(copier.lines.filter(({ level }) => level !== 20)).toEqual([])
    }))
})
