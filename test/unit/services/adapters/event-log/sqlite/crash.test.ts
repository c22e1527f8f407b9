import { expect, it } from 'vitest'
import { surviveCrashes } from '../../../../../support/event-log/crash-rounds.ts'

it('a killed process leaves every acknowledged append, and no half one', async () => {
  expect(await surviveCrashes({ rounds: 3, processes: 1 })).toBeGreaterThan(0)
})

it('two processes may write one log, and be killed in it', async () => {
  expect(await surviveCrashes({ rounds: 2, processes: 2 })).toBeGreaterThan(0)
})
