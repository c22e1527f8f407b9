import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../../services/config/config.ts'
import { loadEventStoreUrl } from '../../../../services/config/eventstore-url.ts'

describe('the URL of an EventStoreDB', () => {
  it.each([
    ['esdb://127.0.0.1:2113?tls=false', 'esdb://127.0.0.1:2113?tls=false'],
    [
      'esdb+discover://framelog:a%20secret@events.example.com',
      'esdb+discover://framelog:a%20secret@events.example.com',
    ],
    ['', undefined],
    [undefined, undefined],
  ])('%s is read as %s', (EVENTSTORE_URL, expected) => {
    const environment = EVENTSTORE_URL === undefined ? {} : { EVENTSTORE_URL }
    expect(loadConfig(environment).EVENTSTORE_URL).toBe(expected)
    expect(loadEventStoreUrl(environment)).toBe(expected)
  })

  it.each([
    'http://framelog:a-secret@events.example.com',
    'esdb://framelog:a secret@events.example.com',
    'esdb://',
  ])('%s is refused without being told', (EVENTSTORE_URL) => {
    for (const load of [loadConfig, loadEventStoreUrl]) {
      expect(() => load({ EVENTSTORE_URL })).toThrow('EVENTSTORE_URL: must begin with esdb://')
      expect(() => load({ EVENTSTORE_URL })).not.toThrow(/secret/)
    }
  })
})
