import { DatabaseSync } from '@photostructure/sqlite'
import { afterEach, expect, it } from 'vitest'
import { openSqliteEventLog } from '../../../../../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { type TemporaryLog, temporaryLog } from '../../../../../support/event-log/temporary-log.ts'

let opened: TemporaryLog | undefined
afterEach(() => opened?.dispose())

it('finds none in a file that is older than registers are, and makes them there', async () => {
  opened = await temporaryLog()
  await opened.log.close()
  const db = new DatabaseSync(opened.path)
  db.exec('DROP TABLE registers')
  db.close()

  const log = openSqliteEventLog({ path: opened.path })
  expect(await log.readRegister('lease')).toBeUndefined()
  expect(await log.writeRegister('lease', 'none', 'first')).toBe(0)
  expect(await log.readRegister('lease')).toEqual({ revision: 0, value: 'first' })
  await log.close()
})
