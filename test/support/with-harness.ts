import { join } from 'node:path'
import { expect } from 'vitest'
import {
  type MirroredLog,
  openMirroredLog,
} from '../../services/adapters/event-log/mirrored/open-mirrored-log.ts'
import {
  type CommandHarness,
  type HarnessOptions,
  openCommandHarness,
  soundModelOf,
  wholeLog,
} from './command-harness.ts'
import { caughtUp } from './event-log/mirrored-logs.ts'
import { type RunningEventStore, startEventStore } from './eventstore/start-event-store.ts'
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

/** The same for two on one EventStoreDB, each with a mirror of its own. */
export function withTwoOnEventStore(
  use: (one: CommandHarness, two: CommandHarness, server: RunningEventStore) => Promise<unknown>,
  options: HarnessOptions = {},
): Promise<LogModel> {
  return withFolder(async (folder) => {
    const server = await startEventStore()
    const logs: MirroredLog[] = []
    const openLog = () => {
      const path = join(folder, `${logs.length}`, 'events.db')
      const log = openMirroredLog({ path, url: server.url, keeps: true })
      logs.push(log)
      return log
    }
    const one = await openCommandHarness(folder, { ...options, openLog, name: 'one' })
    const two = await openCommandHarness(folder, { ...options, openLog, name: 'two' })
    try {
      await use(one, two, server)
      for (const log of logs) await caughtUp(log)
      expect(await wholeLog(two.log)).toEqual(await wholeLog(one.log))
      return await soundModelOf(one.log)
    } finally {
      await one.close()
      await two.close()
      await server.close()
    }
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
