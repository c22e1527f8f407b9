import { describe, expect, it } from 'vitest'
import { restartGate } from '../../../../../../services/adapters/event-log/sqlite/restart-gate.ts'

describe('starting a thread that died', () => {
  it('waits longer each time, up to five seconds, and briefly again once it has worked', () => {
    let now = 0
    const gate = restartGate(() => now)
    expect(gate.isOpen()).toBe(true)

    const waits: number[] = []
    for (let death = 0; death < 8; death++) {
      gate.died()
      const diedAt = now
      while (!gate.isOpen()) now += 100
      waits.push(now - diedAt)
    }
    expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000])

    gate.worked()
    gate.died()
    now += 100
    expect(gate.isOpen()).toBe(true)
  })
})
