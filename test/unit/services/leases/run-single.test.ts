import { rmSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { fencedLog, LeaseLost } from '../../../../services/leases/fenced-log.ts'
import { LEASE_TIMING } from '../../../../services/leases/lease-timing.ts'
import { runSingle, type Single } from '../../../../services/leases/run-single.ts'
import { isHeld, type Tenure } from '../../../../services/leases/tenure.ts'
import { createLogger } from '../../../../services/observability/logger.ts'
import { LogUnavailable } from '../../../../services/ports/event-log.ts'
import { type TemporaryLog, temporaryLog } from '../../../support/event-log/temporary-log.ts'
import { temporaryFolder } from '../../../support/running-service.ts'

let opened: TemporaryLog
let folders: string[]
let singles: Single[]
beforeEach(async () => {
  opened = await temporaryLog()
  folders = []
  singles = []
})
afterEach(async () => {
  await Promise.all(singles.map((single) => single.stop()))
  await opened.dispose()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const folder = (): string => {
  const path = temporaryFolder()
  folders.push(path)
  return path
}

type Told = { readonly started: Tenure[]; stopped: number; standBy: number }

/** For what is waited for: four times as fast as in earnest. */
const QUICK = Object.fromEntries(
  Object.entries(LEASE_TIMING).map(([name, ms]) => [name, ms / 4]),
) as typeof LEASE_TIMING

/** Does nothing but say so. */
async function single(dataDir: string, more: Partial<Parameters<typeof runSingle>[0]> = {}) {
  const told: Told = { started: [], stopped: 0, standBy: 0 }
  const running = await runSingle({
    name: 'deletion',
    registers: opened.log,
    dataDir,
    start: (tenure) => {
      told.started.push(tenure)
      return {
        stop: async () => {
          told.stopped++
        },
      }
    },
    standBy: () => {
      told.standBy++
      return {
        stop: async () => {
          told.standBy--
        },
      }
    },
    logger: createLogger('silent'),
    ...more,
  })
  singles.push(running)
  return { running, told }
}

it('runs in one of two, which lets the other take over when it stops', async () => {
  const first = await single(folder())
  const second = await single(folder())
  expect([first.running.check(), second.running.check()]).toEqual(['held', 'standby'])
  expect([first.told.started.length, second.told.started.length, second.told.standBy]).toEqual([1, 0, 1])

  await first.running.stop()
  expect(first.told.stopped).toBe(1)
  expect(isHeld(first.told.started[0]!)).toBe(false)
  await expect.poll(() => second.running.check()).toBe('held')
  expect([second.told.started.length, second.told.standBy]).toEqual([1, 0])
})

it('waits in the same data directory for as long as another has it, and takes over at once', async () => {
  const shared = folder()
  const first = await single(shared)
  const second = await single(shared, { timing: { ...LEASE_TIMING, takeOverAfterMs: 1e9 } })
  expect(second.running.check()).toBe('standby')
  // As after a kill: nobody said that it is over.
  const left = await opened.log.readRegister('lease-deletion')
  await first.running.stop()
  await expect.poll(() => second.running.isHeld()).toBe(true)
  expect(left).toMatchObject({ value: { holder: { pid: process.pid } } })
})

it('stops while the log is away, and goes on when it is back', async () => {
  let isAway = false
  const away = <T>(work: () => Promise<T>): Promise<T> =>
    isAway ? Promise.reject(new LogUnavailable('away')) : work()
  const registers = {
    readRegister: (name: string) => away(() => opened.log.readRegister(name)),
    writeRegister: (...all: Parameters<typeof opened.log.writeRegister>) =>
      away(() => opened.log.writeRegister(...all)),
  }
  const { running, told } = await single(folder(), { registers, timing: QUICK })
  const fenced = fencedLog(opened.log, told.started[0]!)
  await fenced.saveCheckpoint('a consumer', 5)

  isAway = true
  await expect.poll(() => running.check()).toBe('standby')
  expect(told.stopped).toBeGreaterThan(0)
  await expect.poll(() => isHeld(told.started[0]!)).toBe(false)
  await expect(fenced.saveCheckpoint('a consumer', 6)).rejects.toThrow(LeaseLost)
  expect(await opened.log.loadCheckpoint('a consumer')).toBe(5)

  isAway = false
  await expect.poll(() => running.check()).toBe('held')
  expect(told.started.length).toBeGreaterThan(1)
})

it('says at its start what keeps it from running, and later tells of it and tries again', async () => {
  const broken = () => Promise.reject(new Error('there is no disk'))
  await expect(single(folder(), { start: broken })).rejects.toThrow('there is no disk')

  const first = await single(folder())
  let isBroken = true
  const second = await single(folder(), {
    start: async () => {
      if (isBroken) throw new Error('there is no disk')
      return { stop: async () => {} }
    },
  })
  await first.running.stop()
  const state = () => {
    try {
      return second.running.check()
    } catch (error) {
      return String(error)
    }
  }
  await expect.poll(state).toContain('there is no disk')
  isBroken = false
  await expect.poll(state).toBe('held')
})
