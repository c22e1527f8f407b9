import { afterEach, describe, expect, it, vi } from 'vitest'
import { connectToServer } from '../../../../../../services/adapters/event-log/eventstore/server-connection.ts'

const printed = vi.spyOn(console, 'warn').mockImplementation(() => {})
afterEach(() => printed.mockClear())

describe('the URL of an EventStoreDB', () => {
  it.each([
    ['http://admin:planted-secret@localhost:2113'],
    ['esdb://admin:planted-secret@localhost:port'],
    ['esdb://admin:planted-secret@localhost:2113?tls=perhaps'],
    ['esdb://admin:planted-secret@localhost:2113?tls'],
    ['esdb://admin:planted-secret@localhost:2113?unknown=1'],
    ['esdb://admin:planted-secret@localhost:2113?tlsVerifyCert=false'],
  ])('is refused without being told: %s', (url) => {
    let told = ''
    try {
      connectToServer(url)
    } catch (error) {
      told = String(error)
    }
    expect(told).toMatch(/^TypeError: the URL of the event log/)
    expect(told).not.toContain('planted-secret')
    expect(printed).not.toHaveBeenCalled()
  })

  it.each([
    ['esdb://admin:planted-secret@a:2113,b:2113?nodePreference=follower&tls=true'],
    ['esdb+discover://admin:planted-secret@cluster:2113?max-discover-attempts=3'],
  ])('may have hosts, credentials and options: %s', async (url) => {
    expect(() => connectToServer(url)).not.toThrow()
    expect(printed).not.toHaveBeenCalled()
  })
})
