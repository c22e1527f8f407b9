import { describe, expect, it } from 'vitest'
import { patientClock } from '../../../../services/deletion/patient-clock.ts'

describe('a patient clock', () => {
  it.each([
    ['goes with the time', 5_000, 5_000],
    ['does not follow a clock that is set forward', 3_600_000, 5_000],
    ['follows one that is set back', -3_600_000, -3_600_000],
  ])('%s', (_, wallMs, toldMs) => {
    const begunMs = Date.UTC(2026, 10, 21)
    let wall = begunMs
    let elapsed = 77
    const clock = patientClock(
      () => wall,
      () => elapsed,
    )
    expect(clock()).toBe(begunMs)
    wall += wallMs
    elapsed += 5_000
    expect(clock()).toBe(begunMs + toldMs)
  })
})
