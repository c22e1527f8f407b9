import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cp, open } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { createCatalogDatabase } from '../../projections/catalog/catalog-database.ts'
import { catalogWriter } from '../../projections/catalog/catalog-writer.ts'
import { openSqliteEventLog } from '../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { objectDirectory } from '../../services/adapters/media-store/filesystem/object-directory.ts'
import { BackupManifest } from '../../services/backup/manifest.ts'
import { dumpCatalog } from '../support/dump-catalog.ts'
import { fillFlowWithMedia, mediaOf, unreadable } from '../support/flow-with-media.ts'
import { upload } from '../support/media-requests.ts'
import { runCli, startCli } from '../support/run-cli.ts'
import { type RunningService, startService, temporaryFolder, withFolder } from '../support/running-service.ts'
import { allocate, listSegments, putFlow, send } from '../support/tams-requests.ts'

const PRODUCERS = 6

const backUp = (dataDir: string, folder: string) => runCli(['backup', folder], { DATA_DIR: dataDir })
const restore = (folder: string, dataDir: string) => runCli(['restore', folder], { DATA_DIR: dataDir })
const verify = (folder: string) => runCli(['backup', '--verify', folder])

const manifestOf = (folder: string): BackupManifest =>
  BackupManifest.parse(JSON.parse(readFileSync(join(folder, 'backup.json'), 'utf8')))

describe('a backup under load', () => {
  const folder = temporaryFolder()
  const original = join(folder, 'original')
  const backup = join(folder, 'backup')
  let service: RunningService
  let isOver = false
  let working: Promise<unknown>

  beforeAll(async () => {
    service = await startService(original)
    await fillFlowWithMedia(service.url, uploads, 200)
    working = Promise.all(Array.from({ length: PRODUCERS }, () => produce(service.url)))
  })
  afterAll(async () => {
    isOver = true
    await working
    await service.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Takes media in, and deletes much of it again: a segment here, a flow there. */
  async function produce(url: string): Promise<void> {
    for (let turn = 0; !isOver; turn++) {
      const { flow_id } = await fillFlowWithMedia(url, uploads, 5)
      await send(`${url}/flows/${flow_id}/segments?timerange=[1:0_2:0)`, 'DELETE')
      // Its bytes come before it is used, or not at all.
      const [object] = await allocate(url, flow_id, 2)
      await upload(object!.put_url, mediaOf(object!.object_id))
      if (turn % 2 === 0) await send(`${url}/flows/${flow_id}`, 'DELETE')
    }
  }

  it('leaves no backup where it is killed, and is complete the next time', async () => {
    const killed = startCli(['backup', backup], { DATA_DIR: original })
    const isCopying = () => existsSync(join(backup, 'events.unfinished'))
    await expect.poll(isCopying, { interval: 1 }).toBe(true)
    killed.process.kill('SIGKILL')
    await killed.ended
    expect(await verify(backup)).toMatchObject({
      code: 1,
      stderr: `error: there is no complete backup in ${backup}: it has no backup.json\n`,
    })

    expect(await backUp(original, backup)).toMatchObject({ code: 0, stderr: '' })
    expect(await verify(backup)).toMatchObject({ code: 0, stderr: '' })
  })

  it('keeps the one before where the next is killed', async () => {
    const before = manifestOf(backup)
    const killed = startCli(['backup', backup], { DATA_DIR: original })
    await expect.poll(() => existsSync(join(backup, 'events.unfinished')), { interval: 1 }).toBe(true)
    killed.process.kill('SIGKILL')
    await killed.ended
    expect(await verify(backup)).toMatchObject({ code: 0, stderr: '' })
    expect(manifestOf(backup)).toEqual(before)
  })

  it('has all that was there at its position, restored elsewhere', async () => {
    const before = manifestOf(backup)
    expect(await backUp(original, backup)).toMatchObject({ code: 0, stderr: '' })
    const manifest = manifestOf(backup)
    const { position } = manifest.log
    expect(position).toBeGreaterThan(before.log.position)
    expect(manifest.media.missing).toBe(0)
    expect(await verify(backup)).toMatchObject({ code: 0, stderr: '' })

    const elsewhere = join(folder, 'elsewhere')
    expect(await restore(backup, elsewhere)).toMatchObject({ code: 0, stderr: '' })
    expect(readdirSync(elsewhere).sort()).toEqual(['catalog.db.lock', 'events.db', 'media', 'secret.key'])
    const [ours, theirs] = [await eventsUpTo(elsewhere, position + 1), await eventsUpTo(original, position)]
    expect(ours).toEqual(theirs)
    expect(dumpOf(folder, ours)).toEqual(dumpOf(folder, theirs))

    const restored = await startService(elsewhere)
    try {
      const { body } = await send(`${restored.url}/flows?limit=1000`, 'GET')
      const flows = body as readonly { id: string }[]
      expect(flows.length).toBeGreaterThan(0)
      for (const { id } of flows) expect(await unreadable(await listSegments(restored.url, id))).toEqual([])
      // It is a service like any other.
      await fillFlowWithMedia(restored.url, uploads, 3)
    } finally {
      expect(await restored.stop()).toBe(0)
    }
    // And says itself that nothing is missing.
    const reconciled = await runCli(['reconcile'], { DATA_DIR: elsewhere })
    expect(reconciled).toMatchObject({ code: 0, stderr: '' })
  })

  it('forgets media that is no longer there, and logs of backups before', async () => {
    isOver = true
    await working
    expect(await backUp(original, backup)).toMatchObject({ code: 0 })
    const { log, media } = manifestOf(backup)
    expect(readdirSync(backup).sort()).toEqual(
      ['backup.json', 'backup.lock', log.file, media.list, 'media', 'secret.key'].sort(),
    )
    const [storage] = readdirSync(join(backup, 'media'))
    const files = readdirSync(join(backup, 'media', storage!), { recursive: true })
    expect(files.filter((name) => String(name).endsWith('metadata.json'))).toHaveLength(media.objects)
  })
})

describe('a backup that is not whole, or does not belong here', () => {
  const folder = temporaryFolder()
  const original = join(folder, 'original')
  const sound = join(folder, 'sound')

  beforeAll(async () => {
    const service = await startService(original)
    await fillFlowWithMedia(service.url, uploads, 3)
    expect(await service.stop()).toBe(0)
    // Nobody has the log open.
    expect(await backUp(original, sound)).toMatchObject({ code: 0, stderr: '' })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** Breaks a copy of the backup, and sees it refused. */
  async function expectRefused(
    spoil: (backup: string) => void | Promise<void>,
    told: (backup: string) => string,
  ): Promise<void> {
    await withFolder(async (scratch) => {
      const [backup, target] = [join(scratch, 'backup'), join(scratch, 'target')]
      await cp(sound, backup, { recursive: true })
      await spoil(backup)
      const verified = await verify(backup)
      const restored = await restore(backup, target)
      for (const { code, stderr } of [verified, restored]) {
        expect(code).toBe(1)
        expect(stderr).toContain(told(backup))
        expect(stderr).not.toContain('    at ')
      }
      expect(existsSync(join(target, 'events.db'))).toBe(false)
    })
  }

  it('is refused where its log was changed', () =>
    expectRefused(
      (backup) => changeByte(join(backup, manifestOf(backup).log.file)),
      (backup) => `${join(backup, manifestOf(backup).log.file)} is not what was backed up`,
    ))

  it('is refused where its log is missing', () =>
    expectRefused(
      (backup) => rmSync(join(backup, manifestOf(backup).log.file)),
      (backup) => `${join(backup, manifestOf(backup).log.file)} is missing`,
    ))

  it('is refused where its list of media was changed', () =>
    expectRefused(
      (backup) => changeByte(join(backup, manifestOf(backup).media.list)),
      () => 'its checksum differs',
    ))

  it('is refused where media was changed', () =>
    expectRefused(
      (backup) => changeByte(join(objectIn(backup).directory, objectIn(backup).sha256)),
      (backup) => objectIn(backup).key,
    ))

  it('is refused where media is missing', () =>
    expectRefused(
      (backup) => rmSync(objectIn(backup).directory, { recursive: true }),
      (backup) => objectIn(backup).key,
    ))

  it('is refused where its secret is another', () =>
    expectRefused(
      (backup) => writeFileSync(join(backup, 'secret.key'), 'x'.repeat(43)),
      () => 'is another than when the backup was made',
    ))

  it('is refused where it is of another format', () =>
    expectRefused(
      (backup) => changeManifest(backup, { format: 2 }),
      () => 'is of a backup of format 2; this release knows 1',
    ))

  it('is refused where the manifest is damaged', () =>
    expectRefused(
      (backup) => changeManifest(backup, { log: { file: '../events.db' } }),
      () => 'backup.json is damaged',
    ))

  it('is restored by the same command again, once it is whole', () =>
    withFolder(async (scratch) => {
      const [backup, target] = [join(scratch, 'backup'), join(scratch, 'target')]
      await cp(sound, backup, { recursive: true })
      const { directory } = objectIn(backup)
      rmSync(directory, { recursive: true })
      expect(await restore(backup, target)).toMatchObject({ code: 1 })
      await cp(directory.replace(backup, sound), directory, { recursive: true })
      expect(await restore(backup, target)).toMatchObject({ code: 0, stderr: '' })
      expect(existsSync(join(target, 'restore.unfinished'))).toBe(false)
    }))

  it('is not restored over what is there', () =>
    withFolder(async (target) => {
      writeFileSync(join(target, 'notes.txt'), 'of somebody')
      const { code, stderr } = await restore(sound, target)
      expect([code, stderr]).toEqual([1, expect.stringContaining(`${target} is not empty`)])
      expect(readdirSync(target)).toEqual(['notes.txt'])
      const again = await restore(sound, original)
      expect([again.code, again.stderr]).toEqual([1, expect.stringContaining(`${original} is not empty`)])
    }))

  it('is not restored with another secret, and not without its storage', () =>
    withFolder(async (scratch) => {
      const target = join(scratch, 'target')
      const other = { DATA_DIR: target, SECRET_KEY: 'of another service, as long as 32' }
      const secret = await runCli(['restore', sound], other)
      expect([secret.code, secret.stderr]).toEqual([
        1,
        expect.stringContaining('SECRET_KEY is another secret'),
      ])

      const backends = join(scratch, 'backends.json')
      const id = '11111111-1111-4111-8111-111111111111'
      writeFileSync(backends, JSON.stringify([{ type: 'filesystem', id, directory: 'media' }]))
      const storage = await runCli(['restore', sound], { DATA_DIR: target, STORAGE_BACKENDS: backends })
      expect([storage.code, storage.stderr]).toEqual([1, expect.stringContaining('storage backend local (')])
      expect(existsSync(target)).toBe(false)
    }))

  it('is not made where something else is', () =>
    withFolder(async (other) => {
      writeFileSync(join(other, 'notes.txt'), 'of somebody')
      const taken = await backUp(original, other)
      expect([taken.code, taken.stderr]).toEqual([
        1,
        `error: ${other} is not empty, and no backup: choose another folder\n`,
      ])

      const none = await backUp(join(other, 'none'), join(other, 'backup'))
      expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('there is no event log at')])
    }))

  it('is not gone on with by another service', () =>
    withFolder(async (other) => {
      const service = await startService(other)
      await putFlow(service.url)
      await service.stop()
      const before = manifestOf(sound)
      const { code, stderr } = await backUp(other, sound)
      expect([code, stderr]).toEqual([
        1,
        `error: ${sound} has a backup of another log: choose another folder\n`,
      ])
      expect(manifestOf(sound)).toEqual(before)
    }))

  it('is not made without the secret, nor of media that is not mounted', () =>
    withFolder(async (scratch) => {
      const copy = join(scratch, 'copy')
      await cp(original, copy, { recursive: true })
      rmSync(join(copy, 'secret.key'))
      const secret = await backUp(copy, join(scratch, 'backup'))
      expect([secret.code, secret.stderr]).toEqual([1, expect.stringContaining('has no secret.key')])
      rmSync(join(copy, 'media'), { recursive: true })
      mkdirSync(join(copy, 'media'))
      const media = await backUp(copy, join(scratch, 'backup'))
      expect([media.code, media.stderr]).toEqual([1, expect.stringContaining('there is no media folder at')])
    }))

  it('tells of media that the service has lost, and backs up the rest', () =>
    withFolder(async (scratch) => {
      const copy = join(scratch, 'copy')
      await cp(original, copy, { recursive: true })
      const { key } = objectIn(sound)
      rmSync(objectDirectory(join(copy, 'media'), key), { recursive: true })
      const { code, stderr } = await backUp(copy, join(scratch, 'backup'))
      expect([code, stderr]).toEqual([
        0,
        expect.stringContaining('1 objects are in use and could not be read'),
      ])
      expect(manifestOf(join(scratch, 'backup')).media).toMatchObject({ objects: 2, missing: 1 })
    }))
})

const uploads = {
  place: async (putUrl: { url: string; 'content-type': string }, bytes: Buffer) => {
    expect(await upload(putUrl, bytes)).toBeLessThan(300)
  },
}

async function eventsUpTo(dataDir: string, position: number): Promise<readonly RecordedEvent[]> {
  const log = openSqliteEventLog({ path: join(dataDir, 'events.db') })
  try {
    return await log.readAll(0, position)
  } finally {
    await log.close()
  }
}

/** A catalog made of these events and nothing else. */
function dumpOf(folder: string, events: readonly RecordedEvent[]) {
  const path = join(folder, 'dumped.db')
  const database = createCatalogDatabase(path)
  catalogWriter(database).apply(events)
  database.close()
  return dumpCatalog(path)
}

async function changeByte(path: string): Promise<void> {
  const file = await open(path, 'r+')
  const at = Math.floor((await file.stat()).size / 2)
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at)
  await file.write(Buffer.from([buffer[0]! ^ 1]), 0, 1, at)
  await file.close()
}

function changeManifest(backup: string, changes: Record<string, unknown>): void {
  const path = join(backup, 'backup.json')
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...changes }))
}

/** The first object of a backup. */
function objectIn(backup: string) {
  const [line = ''] = readFileSync(join(backup, manifestOf(backup).media.list), 'utf8').split('\n')
  const [storage = '', key = '', , sha256 = ''] = line.split(' ')
  return { key, sha256, directory: objectDirectory(join(backup, 'media', storage), key) }
}
