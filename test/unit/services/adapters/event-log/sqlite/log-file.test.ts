import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openLogFile } from '../../../../../../services/adapters/event-log/sqlite/log-file.ts'
import { query } from '../../../../../../services/adapters/event-log/sqlite/query.ts'
import { temporaryPath } from '../../../../../support/event-log/temporary-log.ts'

let path: string
let remove: () => void
beforeEach(() => {
  ;({ path, remove } = temporaryPath())
})
afterEach(() => remove())

function change(sql: string): void {
  const db = new DatabaseSync(path)
  db.exec(sql)
  db.close()
}

const tables = () => {
  const { db } = openLogFile(path)
  const names = query<[string]>(
    db,
    "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
  )().flat()
  db.close()
  return names
}
const TABLES = ['checkpoints', 'commits', 'events', 'registers', 'snapshots']

describe('opening the file of a log', () => {
  it('makes it, with its directories, in write-ahead mode', () => {
    const { db } = openLogFile(path)
    expect(query(db, 'PRAGMA journal_mode')()).toEqual([['wal']])
    db.close()
    expect(tables()).toEqual(TABLES)
  })

  it('makes it of an empty file, and of one whose making was interrupted', () => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, '')
    expect(tables()).toEqual(TABLES)

    path = `${path}-interrupted`
    change('PRAGMA journal_mode = WAL')
    expect(tables()).toEqual(TABLES)
  })

  it('gives everyone the same path, also through a link', () => {
    openLogFile(path).db.close()
    const link = join(dirname(path), 'link.db')
    symlinkSync(path, link)
    const file = openLogFile(link)
    file.db.close()
    expect(file.path).toBe(realpathSync(path))
  })

  it('refuses to read a file that is no database, and leaves it as it is', () => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, 'minutes of a meeting\n'.repeat(100))
    expect(() => openLogFile(path)).toThrow(`${path} is not an event log, or is damaged`)
    expect(readFileSync(path, 'utf8')).toContain('minutes of a meeting')
  })

  it('refuses the database of another application', () => {
    mkdirSync(dirname(path), { recursive: true })
    change('CREATE TABLE accounts (id INTEGER)')
    expect(() => openLogFile(path)).toThrow('is a database of something else')
    change('PRAGMA application_id = 42')
    expect(() => openLogFile(path)).toThrow('is a database of something else')
  })

  it('refuses a log of a later release', () => {
    openLogFile(path).db.close()
    change('PRAGMA user_version = 7')
    expect(() => openLogFile(path)).toThrow('is an event log of version 7; this release knows up to 1')
  })

  it('refuses a log whose commits and events do not agree', () => {
    openLogFile(path).db.close()
    change("INSERT INTO commits VALUES (1, 3, 0, 'c', NULL, 'r', NULL, 0)")
    change("INSERT INTO events VALUES (1, 's', 0, 'T', 1, '{}'), (2, 's', 1, 'T', 1, '{}')")
    expect(() => openLogFile(path)).toThrow('its commits end at position 3, its events at 2')
  })

  it('says which file it is that cannot be made', () => {
    writeFileSync(dirname(path), 'a file where the directory should be')
    expect(() => openLogFile(path)).toThrow(dirname(path))
  })

  it('makes one log where many processes come at the same time', async () => {
    const module = join(
      import.meta.dirname,
      '../../../../../../dist/services/adapters/event-log/sqlite/log-file.js',
    )
    const script = `const { openLogFile } = await import(process.argv[1]); openLogFile(process.argv[2]).db.close()`
    const processes = Array.from({ length: 6 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', script, module, path], { stdio: 'inherit' }),
    )
    const exits = await Promise.all(processes.map((process) => once(process, 'exit')))
    expect(exits).toEqual(processes.map(() => [0, null]))
    expect(tables()).toEqual(TABLES)
  })
})
