import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { DatabaseSync } from '@photostructure/sqlite'
import { describe, expect, it } from 'vitest'
import type { DomainEvent } from '../../../../contracts/events/domain-event.ts'
import { streamName } from '../../../../contracts/events/stream-name.ts'
import { faultOfLogFile } from '../../../../services/adapters/event-log/sqlite/check-log-file.ts'
import { objectDirectory } from '../../../../services/adapters/media-store/filesystem/object-directory.ts'
import { newMediaKey } from '../../../../services/adapters/media-store/media-key.ts'
import { makeBackup } from '../../../../services/backup/make-backup.ts'
import { openMediaFolder } from '../../../../services/backup/media-folder.ts'
import { withFolder } from '../../../support/running-service.ts'
import { writeEvents } from '../../../support/write-events.ts'

const STORAGE = '11111111-1111-4111-8111-111111111111'
const KEYS = [newMediaKey(Date.UTC(2026, 10, 21)), newMediaKey(Date.UTC(2026, 10, 22))] as const

const allocated = (object_id: string, key: string): DomainEvent => ({
  type: 'ObjectAllocated',
  data: { object_id, flow_id: randomUUID(), storage_id: STORAGE, key, content_type: 'video/mp2t' },
})

describe('what happens while a backup copies media', () => {
  /** Two objects with media; `meanwhile` happens when the copying begins, each time round. */
  const backUp = (meanwhile: (dataDir: string, round: number) => void) =>
    withFolder(async (scratch) => {
      const [dataDir, folder] = [join(scratch, 'data'), join(scratch, 'backup')]
      const media = await openMediaFolder(join(dataDir, 'media'), STORAGE)
      for (const [i, key] of KEYS.entries()) {
        await media.write(key, 'video/mp2t', Readable.from([Buffer.from(`media ${i}`)]))
        await writeEvents(dataDir, streamName.object(`object-${i}`), allocated(`object-${i}`, key))
      }
      let round = 0
      const manifest = await makeBackup({
        dataDir,
        folder,
        logPath: join(dataDir, 'events.db'),
        backends: [{ type: 'filesystem', id: STORAGE, directory: join(dataDir, 'media'), default: true }],
        secret: () => ({ key: Buffer.from('secret'), isInDataDir: false }),
        version: '1.2.3',
        signal: new AbortController().signal,
        progress: {
          start: (what) => {
            if (what.startsWith('objects of')) meanwhile(dataDir, round++)
          },
          advance: () => {},
          warn: () => {},
        },
      })
      expect(faultOfLogFile(join(folder, manifest.log.file), manifest.log.position)).toBeUndefined()
      const { position } = manifest.log
      const { objects, missing, not_uploaded } = manifest.media
      return { position, objects, missing, not_uploaded, rounds: round }
    })

  it('is left for the next one, where nothing is deleted', async () => {
    const backup = await backUp((dataDir) => append(dataDir, allocated('object-2', newMediaKey(0))))
    expect(backup).toEqual({ position: 2, objects: 2, missing: 0, not_uploaded: 0, rounds: 1 })
  })

  it('is part of it, where an object was deleted before it was copied', async () => {
    const backup = await backUp((dataDir, round) => {
      if (round > 0) return
      append(dataDir, { type: 'ObjectRetired', data: { object_id: 'object-0' } })
      loseBytes(dataDir, KEYS[0])
    })
    expect(backup).toEqual({ position: 3, objects: 1, missing: 0, not_uploaded: 0, rounds: 2 })
  })

  it('is left for the next one, where an object was deleted after it was copied', async () => {
    const backup = await backUp((dataDir) => {
      append(dataDir, { type: 'ObjectRetired', data: { object_id: 'object-0' } })
    })
    expect(backup).toEqual({ position: 2, objects: 2, missing: 0, not_uploaded: 0, rounds: 1 })
  })

  it('is part of it, where an instance was removed before it was copied', async () => {
    const backup = await backUp((dataDir, round) => {
      if (round > 0) return
      const [key] = KEYS
      append(dataDir, { type: 'InstanceRemoved', data: { object_id: 'object-0', storage_id: STORAGE, key } })
      loseBytes(dataDir, key)
    })
    expect(backup).toEqual({ position: 3, objects: 1, missing: 0, not_uploaded: 0, rounds: 2 })
  })

  it('takes no further round where bytes are missing without a word in the log', async () => {
    const backup = await backUp((dataDir) => loseBytes(dataDir, KEYS[0]))
    expect(backup).toEqual({ position: 2, objects: 1, missing: 0, not_uploaded: 1, rounds: 1 })
  })

  it('ends it, where that goes on and on', async () => {
    const endless = backUp((dataDir, round) => {
      if (round === 0) loseBytes(dataDir, KEYS[0])
      if (round > 0) append(dataDir, allocated(`more-${round}`, newMediaKey(round)))
      const object_id = round === 0 ? 'object-0' : `more-${round - 1}`
      append(dataDir, { type: 'ObjectRetired', data: { object_id } })
      append(dataDir, allocated(`more-${round}`, newMediaKey(round)))
    })
    // Only what could not be copied, and was in the log, counts: each round has such an object.
    await expect(endless).rejects.toThrow('media is deleted faster than it can be copied')
  })
})

/** As the service would, but at once: whoever copies waits for nothing here. */
function append(dataDir: string, event: DomainEvent): void {
  const db = new DatabaseSync(join(dataDir, 'events.db'))
  const { position } = db.prepare('SELECT max(position) + 1 AS position FROM events').get() as {
    position: number
  }
  db.exec('BEGIN')
  db.prepare('INSERT INTO events VALUES (?, ?, 0, ?, 1, ?)').run(
    position,
    `object-${position}`,
    event.type,
    JSON.stringify(event.data),
  )
  db.prepare('INSERT INTO commits VALUES (?, 1, 0, ?, NULL, ?, NULL, 0)').run(position, randomUUID(), 'test')
  db.exec('COMMIT')
  db.close()
}

const loseBytes = (dataDir: string, key: string): void =>
  rmSync(objectDirectory(join(dataDir, 'media'), key), { recursive: true })
