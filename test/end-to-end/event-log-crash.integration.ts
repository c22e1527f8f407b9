import { describe, expect, it } from 'vitest'
import { surviveCrashes } from '../support/event-log/crash-rounds.ts'

describe('the event log, killed again and again', () => {
  it('keeps what one process was told is written', async () => {
    expect(await surviveCrashes({ rounds: 24, processes: 1 })).toBeGreaterThan(24)
  })

  it('keeps what two processes were told, writing at once', async () => {
    expect(await surviveCrashes({ rounds: 24, processes: 2 })).toBeGreaterThan(48)
  })

  it('keeps what three were told while each writes the stream index, too', async () => {
    expect(await surviveCrashes({ rounds: 12, processes: 3 })).toBeGreaterThan(36)
  })
})
