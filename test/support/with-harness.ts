import {
  type CommandHarness,
  type HarnessOptions,
  openCommandHarness,
  soundModelOf,
} from './command-harness.ts'
import type { LogModel } from './log-model/model.ts'
import { withFolder } from './running-service.ts'

/** Runs commands on a log of their own, which has to be sound at the end. @returns what the log then says */
export function withHarness(
  use: (harness: CommandHarness) => Promise<unknown>,
  options: HarnessOptions = {},
): Promise<LogModel> {
  return withFolder(async (folder) => {
    const harness = await openCommandHarness(folder, options)
    try {
      await use(harness)
      return await soundModelOf(harness.log)
    } finally {
      await harness.close()
    }
  })
}

/** The same for two processes that share the log: each has its own connection, cache and catalog. */
export function withTwoHarnesses(
  use: (one: CommandHarness, two: CommandHarness) => Promise<unknown>,
  options: HarnessOptions = {},
): Promise<LogModel> {
  return withFolder(async (folder) => {
    const one = await openCommandHarness(folder, { ...options, name: 'one' })
    const two = await openCommandHarness(folder, { ...options, name: 'two' })
    try {
      await use(one, two)
      return await soundModelOf(one.log)
    } finally {
      await one.close()
      await two.close()
    }
  })
}
