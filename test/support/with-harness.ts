import {
  type CommandHarness,
  type HarnessOptions,
  openCommandHarness,
  soundModelOf,
} from './command-harness.ts'
import { videoFlow } from './flow-metadata.ts'
import type { LogModel } from './log-model/model.ts'
import { withFolder } from './running-service.ts'

/** Runs commands on a log of their own, which has to be sound at the end. @returns what the log then says */
export function withHarness(
  use: (harness: CommandHarness, folder: string) => Promise<unknown>,
  options: HarnessOptions = {},
): Promise<LogModel> {
  return withFolder(async (folder) => {
    const harness = await openCommandHarness(folder, options)
    try {
      await use(harness, folder)
      return await soundModelOf(harness.log)
    } finally {
      await harness.close()
    }
  })
}

/** The same with a flow, `hd`, that takes media. */
export async function withMedia(
  use: (harness: CommandHarness, folder: string) => Promise<unknown>,
): Promise<void> {
  await withHarness(async (harness, folder) => {
    await harness.putFlow(videoFlow('hd', 'camera'))
    await use(harness, folder)
  })
}

/** A log for two processes that share the log: each has its own connection, cache and catalog. */
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
