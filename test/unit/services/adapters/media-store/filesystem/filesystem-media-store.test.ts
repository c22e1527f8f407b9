import { createHash, randomUUID } from 'node:crypto'
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type FilesystemMediaStore,
  openFilesystemMediaStore,
} from '../../../../../../services/adapters/media-store/filesystem/filesystem-media-store.ts'
import { mediaStoreContract } from '../../../../../ports/media-store-contract.ts'
import { openFilesBelow } from '../../../../../support/media-client.ts'
import { startMediaServer } from '../../../../../support/media-server.ts'

mediaStoreContract('the filesystem', async () => {
  const server = await startMediaServer()
  const uploads = join(server.directory, '.uploads')
  const count = async () => (await readdir(uploads)).length
  return { ...server, halfUploads: { leave: () => leaveHalfUpload(uploads, randomUUID()), count } }
})

async function leaveHalfUpload(uploads: string, name: string): Promise<void> {
  await mkdir(join(uploads, name))
  await writeFile(join(uploads, name, 'incoming'), 'half')
}

const TYPE = 'video/mp2t'
const DAY_MS = 24 * 3_600_000

describe('the filesystem media store', () => {
  let directory: string
  let store: FilesystemMediaStore
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'framelog-media-'))
    store = await open()
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

  const open = () =>
    openFilesystemMediaStore({
      directory,
      publicBaseUrl: () => 'http://127.0.0.1',
      storageId: 'one',
      signingKey: Buffer.alloc(32),
      urlLifetimeSeconds: 60,
      maxObjectBytes: 1000,
    })
  const newKey = () => store.newKey(Date.now(), 'x')
  const write = (key: string, text: string, by = store) =>
    by.write(key, TYPE, Readable.from([Buffer.from(text)]))
  const objectPath = (key: string) => join(directory, key.replace(/(..)(\w{30})$/, '$1/$1$2'))
  const uploads = () => readdir(join(directory, '.uploads'))
  const bytesUnderWay = async () =>
    Promise.all(
      (await uploads()).map(async (name) =>
        stat(join(directory, '.uploads', name, 'incoming')).then(
          ({ size }) => size,
          () => undefined,
        ),
      ),
    )
  const longAgo = () => new Date(Date.now() - DAY_MS - 60_000)
  const age = async (upload: string) => {
    await utimes(join(upload, 'incoming'), longAgo(), longAgo())
    await utimes(upload, longAgo(), longAgo())
  }
  const textOf = async (key: string, from = store) => {
    const found = await from.read(key)
    return found && (await buffer(found.body)).toString()
  }

  it('tells which of many keys have nothing, but not while its file system is away', async () => {
    const keys = Array.from({ length: 300 }, () => store.newKey(Date.now(), 'an object'))
    const written = keys.filter((_, index) => index % 100 === 7)
    for (const key of written) await store.write(key, TYPE, Readable.from([Buffer.from('media')]))
    const missing = await store.missing!(keys)
    expect([...missing]).toEqual(keys.filter((key) => !written.includes(key)))

    await rename(directory, `${directory}.away`)
    expect(await store.missing!(keys)).toEqual(new Set())
    await rename(`${directory}.away`, directory)
    expect(await store.missing!(keys)).toEqual(missing)
  })

  it('keeps the bytes as a plain file named by their SHA-256, beside what is known of them', async () => {
    const key = newKey()
    await write(key, 'some media')
    const sha256 = createHash('sha256').update('some media').digest('hex')
    expect((await readdir(objectPath(key))).sort()).toEqual([sha256, 'metadata.json'].sort())
    expect(await readFile(join(objectPath(key), sha256), 'utf8')).toBe('some media')
    expect(await uploads()).toEqual([])
  })

  it('refuses an object that is too large, announced or not, and leaves nothing of it', async () => {
    const key = newKey()
    const bytes = Buffer.alloc(1001)
    const refusal = { name: 'UploadRefused', reason: 'too_large' }
    const unannounced = store.write(key, TYPE, Readable.from([bytes]))
    await expect(unannounced).rejects.toMatchObject(refusal)
    const body = Readable.from([bytes])
    await expect(store.write(key, TYPE, body, { sizeBytes: 1001 })).rejects.toMatchObject(refusal)
    expect(body.destroyed).toBe(true)
    expect(await readdir(directory)).toEqual(['.uploads'])
    expect(await uploads()).toEqual([])
    await store.write(key, TYPE, Readable.from([bytes.subarray(1)]))
  })

  it('survives a body that fails before it is read', async () => {
    const body = new Readable({ read() {} })
    body.destroy(new Error('gone at once'))
    await expect(store.write(newKey(), TYPE, body)).rejects.toThrow('gone at once')
    expect(await uploads()).toEqual([])
  })

  it('reads what another process wrote to the same directory, and misses what it removed', async () => {
    const other = await open()
    const key = newKey()
    await write(key, 'shared', other)
    expect(await textOf(key)).toBe('shared')
    await other.remove([key])
    expect(await store.head(key)).toBeUndefined()
    expect(await textOf(key)).toBeUndefined()
    await write(key, 'another', other)
    expect(await textOf(key)).toBe('another')
  })

  it('writes into a directory that was pruned by another process', async () => {
    const other = await open()
    const key = newKey()
    await write(key, 'first')
    await other.remove([key])
    expect(await readdir(directory)).toEqual(['.uploads'])
    await write(key, 'again')
    expect(await textOf(key)).toBe('again')
  })

  it('prunes directories that a removal empties, and no others', async () => {
    const [key, neighbour] = [newKey(), store.newKey(Date.UTC(2020, 0, 1), 'x')]
    await write(key, 'x')
    await write(neighbour, 'y')
    await store.remove([key])
    expect((await readdir(directory)).sort()).toEqual(['.uploads', '2020'])
    expect(await textOf(neighbour)).toBe('y')
  })

  it('writes and removes in the same directories at once', async () => {
    const keys = Array.from({ length: 30 }, newKey)
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(keys.map(async (key) => [await write(key, key), await store.remove([key])]))
    }
    expect(await readdir(directory)).toEqual(['.uploads'])
    expect(await uploads()).toEqual([])
  })

  it('sweeps what was abandoned for a day, and nothing that still grows', async () => {
    const names = ['abandoned', 'growing', 'fresh'] as const
    const [abandoned, growing] = names.map((name) => join(directory, '.uploads', name)) as [string, string]
    for (const name of names) await leaveHalfUpload(join(directory, '.uploads'), name)
    await age(abandoned)
    await utimes(growing, longAgo(), longAgo())
    expect(await store.sweepUploads(DAY_MS)).toBe(1)
    expect((await uploads()).sort()).toEqual(['fresh', 'growing'])
  })

  it('spares what another process is writing, until nothing was heard of it for a day', async () => {
    const other = await open()
    const [fed, stalled] = [new PassThrough(), new PassThrough()]
    const [fedKey, stalledKey] = [newKey(), newKey()]
    const writing = other.write(fedKey, TYPE, fed)
    fed.write('begun, ')
    await expect.poll(bytesUnderWay).toEqual([7])
    expect(await store.sweepUploads(DAY_MS)).toBe(0)
    fed.end('and ended')
    await writing
    expect(await textOf(fedKey)).toBe('begun, and ended')

    const failing = expect(other.write(stalledKey, TYPE, stalled)).rejects.toMatchObject({
      name: 'MediaStoreUnavailable',
    })
    stalled.write('begun, ')
    await expect.poll(bytesUnderWay).toEqual([7])
    await age(join(directory, '.uploads', (await uploads())[0]!))
    expect(await other.sweepUploads(DAY_MS)).toBe(0)
    expect(await store.sweepUploads(DAY_MS)).toBe(1)
    stalled.end('and ended')
    await failing
    expect(await store.head(stalledKey)).toBeUndefined()
  })

  it('does not pass off a truncated file as the object', async () => {
    const key = newKey()
    const { checksums } = await write(key, 'whole')
    const sha256 = Buffer.from(checksums[0]!.value, 'base64').toString('hex')
    await truncate(join(objectPath(key), sha256), 3)
    await expect(store.read(key)).rejects.toThrow('3 bytes of an object of 5')
    await expect(store.head(key)).rejects.toThrow('3 bytes of an object of 5')
  })

  it('says it is unavailable where its file system is gone, not that it is empty', async () => {
    const key = newKey()
    await write(key, 'kept')
    await rename(directory, `${directory}-away`)
    await mkdir(directory)
    const unavailable = { name: 'MediaStoreUnavailable' }
    await expect(store.check()).rejects.toMatchObject(unavailable)
    await expect(store.head(key)).rejects.toMatchObject(unavailable)
    await expect(store.read(key)).rejects.toMatchObject(unavailable)
    await expect(store.remove([key])).rejects.toMatchObject(unavailable)
    await expect(store.list(10)).rejects.toMatchObject(unavailable)
    await expect(store.sweepUploads(DAY_MS)).rejects.toMatchObject(unavailable)
    await expect(write(newKey(), 'x')).rejects.toMatchObject(unavailable)
    expect(await readdir(directory)).toEqual([])

    await rm(directory, { recursive: true })
    await rename(`${directory}-away`, directory)
    expect(await textOf(key)).toBe('kept')
  })

  it('lists media only, whatever else is in its directory', async () => {
    const key = newKey()
    await write(key, 'listed')
    const random = 'a'.repeat(32)
    const others = ['notes', '2026/notes', '2026/13/01/aa', '2026/11/21/zz', `2026/11/21/bb/${random}`]
    for (const path of others) await mkdir(join(directory, path), { recursive: true })
    await mkdir(join(directory, '2026/11/21/aa', random), { recursive: true })
    await writeFile(join(directory, '2026/11/21/file'), 'x')
    await writeFile(join(directory, '2026/11/22'), 'x')
    expect((await store.list(1000)).objects.map((object) => object.key)).toEqual([key])
  })

  it('lists what is there of an object that was cut short, and none that cannot be read', async () => {
    const [whole, short, unreadable, empty] = [newKey(), newKey(), newKey(), newKey()].sort()
    for (const key of [whole, short, unreadable, empty]) await write(key!, 'some media')
    const file = createHash('sha256').update('some media').digest('hex')
    await truncate(join(objectPath(short!), file), 4)
    await writeFile(join(objectPath(unreadable!), 'metadata.json'), '{')
    await rm(join(objectPath(empty!), file))
    const modifiedMs = expect.any(Number)
    expect(await store.list(1000)).toEqual({
      objects: [
        { key: whole, sizeBytes: 10, modifiedMs },
        { key: short, sizeBytes: 4, storedBytes: 10, modifiedMs },
      ],
    })
    expect(await store.list(3)).toMatchObject({ next: unreadable })
  })

  it('closes every file, also those of readers that stop early', async () => {
    const key = newKey()
    await write(key, 'x'.repeat(1000))
    const before = await openFilesBelow(directory)
    for (let i = 0; i < 20; i += 1) {
      const found = await store.read(key)
      const closed = new Promise((resolve) => found!.body.once('close', resolve))
      found!.body.destroy()
      await closed
      await textOf(key)
      await expect(write(key, 'other')).rejects.toThrow()
    }
    expect(before).toEqual([])
    expect(await openFilesBelow(directory)).toEqual([])
  })
})
