import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { HeldLease } from '../../../../services/leases/keep-lease.ts'
import { LEASE_TIMING } from '../../../../services/leases/lease-timing.ts'
import type { Registers } from '../../../../services/leases/lease-tools.ts'
import { takeLease } from '../../../../services/leases/take-lease.ts'
import { isHeld } from '../../../../services/leases/tenure.ts'
import { LogUnavailable } from '../../../../services/ports/event-log.ts'
import { type VirtualTime, virtualTime } from '../../../support/virtual-time.ts'

const RUNS = 60
const TROUBLED_MS = 120_000
const CALM_MS = 30_000
const PROCESSES = 3

type Chance = () => number

/** Numbers from 0 to 1, the same for the same seed. */
function chanceOf(seed: number): Chance {
  let state = seed
  return () => {
    state = (state + 0x6d2b_79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

type Cell = { revision: number; value: unknown }
type World = { readonly time: VirtualTime; readonly chance: Chance; isCalm: boolean; cell: Cell | undefined }
type Process = { isAlive: boolean; isCutOff: boolean }

/** A register as a process sees it over a network: late, and sometimes without hearing whether a write was done. */
function registersOf(world: World, process: Process): Registers {
  const { time, chance } = world
  const pauseMs = () => (world.isCalm || chance() < 0.9 ? chance() * 100 : chance() * 5_000)
  const isLost = () => !world.isCalm && (process.isCutOff || chance() < 0.1)
  async function call<T>(work: () => T): Promise<T> {
    await time.after(pauseMs())
    if (!process.isAlive) return await new Promise<never>(() => {})
    if (isLost()) throw new LogUnavailable('the request was lost')
    const answer = work()
    await time.after(pauseMs())
    if (!process.isAlive) return await new Promise<never>(() => {})
    if (isLost()) throw new LogUnavailable('the answer was lost')
    return answer
  }
  return {
    readRegister: () => call(() => world.cell && { ...world.cell }),
    writeRegister: (_name, expected, value) =>
      call(() => {
        if ((world.cell?.revision ?? 'none') !== expected) return undefined
        world.cell = { revision: expected === 'none' ? 0 : expected + 1, value }
        return world.cell.revision
      }),
  }
}

type Running = { readonly process: Process; readonly stop: AbortController; holds(): boolean }

/** Holds the lease whenever it gets it, for some time, or until it is lost. */
function runProcess(world: World, id: number): Running {
  const process: Process = { isAlive: true, isCutOff: false }
  const stop = new AbortController()
  // They run at speeds of their own, no more than a twentieth apart from true time.
  const clock = world.time.clock(0.95 + world.chance() / 10, world.chance() * 1e6)
  let lease: HeldLease | undefined
  let tenures = 0
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const self = { id: `${id}.${tenures++}`, place: `${id}`, host: '', pid: id }
      const tools = { registers: registersOf(world, process), register: 'lease', self, clock }
      lease = await takeLease({ ...tools, timing: LEASE_TIMING }, stop.signal)
      const forMs = world.isCalm ? Number.POSITIVE_INFINITY : world.chance() * 20_000
      const isOver = forMs === Number.POSITIVE_INFINITY ? [] : [world.time.after(forMs)]
      await Promise.race([lease.lost, ...isOver])
      await lease.release()
    }
  }
  run().catch((error: unknown) => {
    if (!stop.signal.aborted) throw error
  })
  return {
    process,
    stop,
    holds: () => process.isAlive && lease !== undefined && isHeld(lease.tenure, clock.now()),
  }
}

it('never has two hold a lease, whatever is slow, lost or killed, and one hold it when all is well', async () => {
  let handedOver = 0
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const chance = chanceOf(seed)
      const world: World = { time: virtualTime(), chance, isCalm: false, cell: undefined }
      let started = 0
      const all = Array.from({ length: PROCESSES }, () => runProcess(world, started++))
      let changes = 0
      let last: Running | undefined
      const expectOne = (): void => {
        const holding = all.filter((each) => each.holds())
        expect(holding.length).toBeLessThanOrEqual(1)
        if (holding[0] && holding[0] !== last) changes++
        last = holding[0] ?? last
      }
      for (let at = 1_000; at <= TROUBLED_MS; at += 1_000) {
        await world.time.runTo(at, expectOne)
        const one = Math.floor(chance() * PROCESSES)
        if (chance() < 0.05) all[one]!.process.isCutOff = !all[one]!.process.isCutOff
        if (chance() < 0.03) {
          all[one]!.process.isAlive = false
          all[one]!.stop.abort()
          all[one] = runProcess(world, started++)
        }
      }
      world.isCalm = true
      await world.time.runTo(TROUBLED_MS + CALM_MS, expectOne)
      expect(all.filter((each) => each.holds())).toHaveLength(1)
      expect(changes).toBeGreaterThan(0)
      handedOver += changes - 1
      for (const { process, stop } of all) {
        process.isAlive = false
        stop.abort()
      }
    }),
    { numRuns: RUNS },
  )
  // Else there was nothing to find out.
  expect(handedOver).toBeGreaterThan(RUNS)
})
