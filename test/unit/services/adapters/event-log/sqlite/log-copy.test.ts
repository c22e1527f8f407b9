import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import type { DomainEvent } from '../../../../../../contracts/events/domain-event.ts'
import { faultOfLogFile } from '../../../../../../services/adapters/event-log/sqlite/check-log-file.ts'
import { openLogCopy } from '../../../../../../services/adapters/event-log/sqlite/log-copy.ts'
import { openSqliteEventLog } from '../../../../../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import type { EventLog } from '../../../../../../services/ports/event-log.ts'
import { withFolder } from '../../../../../support/running-service.ts'
import { temporaryDirectory } from '../../../../../support/temporary-directory.ts'

const retired = (object_id: string): DomainEvent => ({ type: 'ObjectRetired', data: { object_id } })

/** So many appends of two events each. */
async function fill(log: EventLog, appends: number, name: string): Promise<void> {
  await Promise.all(
    Array.from({ length: appends }, (_, i) => {
      const context = { commandId: randomUUID(), actor: null, correlationId: 'test', causationId: null }
      const events = [retired(`${name}-${i}`), retired(`${name}-${i}`)]
      return log.append(context, [{ stream: `object-${name}-${i}`, expectedRevision: 'none', events }])
    }),
  )
}

const allOf = async (path: string) => {
  const log = openSqliteEventLog({ path })
  try {
    return await log.readAll(0, 10_000)
  } finally {
    await log.close()
  }
}

describe('a copy of a log', () => {
  const directory = temporaryDirectory()
  afterAll(() => directory.remove())
  const pathOf = (name: string) => join(directory.path, name)

  it('has the events up to a position, and what consumers had done by then, whatever is written meanwhile', async () => {
    const log = openSqliteEventLog({ path: pathOf('log.db') })
    await fill(log, 1_500, 'a')
    await log.saveCheckpoint('reader', 7)
    await log.saveSnapshot('object-a-1', { revision: 1, state: { is: 'kept' } })

    const copy = openLogCopy(pathOf('copy.db'), pathOf('log.db'))
    const position = copy.mark()
    const slices: number[] = []
    for (const slice of copy.extendTo(position)) {
      slices.push(slice)
      await fill(log, 10, `meanwhile-${slices.length}`)
      await log.saveCheckpoint('reader', 3_005)
    }
    copy.finish()
    expect([position, slices]).toEqual([3_000, [2_000, 1_000]])
    expect(faultOfLogFile(pathOf('copy.db'), position)).toBeUndefined()
    expect(await allOf(pathOf('copy.db'))).toEqual(await log.readAll(0, position))

    const copied = openSqliteEventLog({ path: pathOf('copy.db') })
    expect(await copied.loadCheckpoint('reader')).toBe(7)
    expect(await copied.loadSnapshot('object-a-1')).toEqual({ revision: 1, state: { is: 'kept' } })
    await fill(copied, 1, 'goes-on')
    expect(await copied.head()).toBe(position + 2)
    await copied.close()
    await log.close()
  })

  it('goes on where it ended', async () => {
    const log = openSqliteEventLog({ path: pathOf('long.db') })
    for (const round of [1, 2, 3]) {
      await fill(log, 100, `round-${round}`)
      const copy = openLogCopy(pathOf('goes-on.db'), pathOf('long.db'))
      expect([copy.position(), copy.isOfSource()]).toEqual([200 * (round - 1), true])
      const slices = [...copy.extendTo(copy.mark())]
      expect(copy.lastEvent()).toBe((await log.readAll(200 * round - 1, 1))[0]?.id)
      copy.finish()
      expect(slices).toEqual([200])
      expect(faultOfLogFile(pathOf('goes-on.db'), 200 * round)).toBeUndefined()
    }
    expect(await allOf(pathOf('goes-on.db'))).toEqual(await log.readAll(0, 10_000))
    await log.close()
  })

  it('knows that it is of another log, or of one that was put back', async () => {
    for (const [name, appends] of [
      ['first.db', 5],
      ['other.db', 9],
      ['shorter.db', 2],
    ] as const) {
      const log = openSqliteEventLog({ path: pathOf(name) })
      await fill(log, appends, 'same-names')
      await log.close()
    }
    const copy = openLogCopy(pathOf('of-first.db'), pathOf('first.db'))
    for (const _ of copy.extendTo(copy.mark()));
    copy.finish()
    for (const [name, isOfSource] of [
      ['first.db', true],
      ['other.db', false],
      ['shorter.db', false],
    ] as const) {
      const again = openLogCopy(pathOf('of-first.db'), pathOf(name))
      expect([name, again.isOfSource()]).toEqual([name, isOfSource])
      again.finish()
    }
  })

  it('tells of events by type, those that came later as well', async () => {
    const log = openSqliteEventLog({ path: pathOf('types.db') })
    await fill(log, 1, 'early')
    const copy = openLogCopy(pathOf('of-types.db'), pathOf('types.db'))
    for (const _ of copy.extendTo(copy.mark()));
    await fill(log, 1, 'late')
    const told = (object_id: string) => ({ type: 'ObjectRetired', data: { object_id } })
    expect([...copy.events(['ObjectRetired'], 1, 2)].flat()).toEqual([told('early-0')])
    expect([...copy.events(['ObjectPurged'], 0, 2)].flat()).toEqual([])
    expect(copy.eventsSince(['ObjectRetired'], 2)).toEqual([told('late-0'), told('late-0')])
    expect(copy.hasEvent('object-early-0', 'ObjectRetired')).toBe(true)
    expect(copy.hasEvent('object-late-0', 'ObjectRetired')).toBe(false)
    copy.close()
    await log.close()
  })
})

describe('a check of a log file', () => {
  /** @returns the fault of a log of two events that something was done to */
  const faultAfter = (spoil: (db: DatabaseSyncInstance) => void, position = 2) =>
    withFolder(async (folder) => {
      const path = join(folder, 'log.db')
      const log = openSqliteEventLog({ path })
      await fill(log, 1, 'a')
      await log.close()
      const db = new DatabaseSync(path)
      spoil(db)
      // Nothing is looked for beside the file.
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      db.close()
      return faultOfLogFile(path, position)
    })

  it('finds nothing in a sound one', async () => expect(await faultAfter(() => {})).toBeUndefined())

  it('finds that it ends elsewhere, or has gaps', async () => {
    const fault = 'it does not have the events up to position'
    expect(await faultAfter(() => {}, 3)).toBe(`${fault} 3`)
    expect(await faultAfter((db) => db.exec('DELETE FROM events WHERE position = 1'))).toBe(`${fault} 2`)
    expect(await faultAfter((db) => db.exec('DELETE FROM commits'))).toBe(`${fault} 2`)
  })

  it('finds that it is newer than this release, or no log', async () => {
    expect(await faultAfter((db) => db.exec('PRAGMA user_version = 99'))).toBe(
      'it is an event log of version 99; this release knows up to 1',
    )
    expect(await faultAfter((db) => db.exec('PRAGMA application_id = 1'))).toBe('it is no event log')
    expect(faultOfLogFile('/nowhere/events.db', 0)).toMatch('unable to open database file')
  })
})
