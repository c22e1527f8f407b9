import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { describe, expect, it } from 'vitest'
import { openDeliveryStore, readDeliveries } from '../../../../services/webhooks/delivery-store.ts'
import type { KeptSubscriber } from '../../../../services/webhooks/subscriber.ts'
import { withFolder } from '../../../support/running-service.ts'

const one: KeptSubscriber = {
  id: 'one',
  settings: { id: 'one', url: 'https://a/', events: ['flows/created'], sealed_api_key: 'v1.sealed' },
  status: 'started',
  acknowledged: 7,
  failing: { sinceMs: 1, attempts: 2, lastMs: 3, reason: 'it answered 503' },
  lastDeliveryMs: 4,
}
const two: KeptSubscriber = {
  id: 'two',
  settings: { id: 'two', url: 'https://b/', events: [] },
  status: 'disabled',
  acknowledged: undefined,
  failing: undefined,
  lastDeliveryMs: undefined,
}
const handedOut = { position: 9, event: 'event-9' }

describe('the file of deliveries', () => {
  it('has what was kept, and not what is gone', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'webhooks.db')
      const store = openDeliveryStore(path)
      expect([store.handedOut(), store.subscribers()]).toStrictEqual([undefined, []])
      store.save(handedOut, [one, two], [])
      expect(readDeliveries(path, (deliveries) => deliveries.subscribers())).toStrictEqual([one, two])
      store.close()

      const again = openDeliveryStore(path)
      expect([{ ...again.handedOut() }, again.subscribers()]).toStrictEqual([handedOut, [one, two]])
      again.save(undefined, [{ ...two, status: 'created' }], ['one'])
      expect([{ ...again.handedOut() }, again.subscribers()]).toStrictEqual([
        handedOut,
        [{ ...two, status: 'created' }],
      ])
      again.clear()
      expect([again.handedOut(), again.subscribers()]).toStrictEqual([undefined, []])
      again.close()
    })
  })

  it.each<[what: string, spoil: (path: string) => void]>([
    [
      'is something else',
      (path) => writeFileSync(path, 'no database at all, but long enough to be looked at'),
    ],
    [
      'is of another version',
      (path) => {
        const database = new DatabaseSync(path)
        database.exec('CREATE TABLE subscribers (x); PRAGMA user_version = 99')
        database.close()
      },
    ],
    [
      'lacks a table',
      (path) => {
        openDeliveryStore(path).close()
        const database = new DatabaseSync(path)
        database.exec('DROP TABLE handed_out')
        database.close()
      },
    ],
    [
      'is damaged further on',
      (path) => {
        const store = openDeliveryStore(path)
        store.save(handedOut, [one, two], [])
        store.close()
        const database = new DatabaseSync(path)
        database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
        database.close()
        const pageBytes = 4096
        const bytes = readFileSync(path)
        writeFileSync(path, bytes.fill(0xff, pageBytes, bytes.length))
      },
    ],
  ])('is made anew where it %s', async (_what, spoil) => {
    await withFolder(async (folder) => {
      const path = join(folder, 'webhooks.db')
      spoil(path)
      const store = openDeliveryStore(path)
      expect([store.handedOut(), store.subscribers()]).toStrictEqual([undefined, []])
      store.save(handedOut, [one], [])
      expect(store.subscribers()).toStrictEqual([one])
      store.close()
    })
  })

  it('is not made by who only looks on', async () => {
    await withFolder(async (folder) => {
      expect(readDeliveries(join(folder, 'webhooks.db'), () => 'read')).toBeUndefined()
    })
  })
})
