import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../consumer/durable-consumer.ts'
import type { Logger } from '../observability/logger.ts'
import { tryLockFile } from '../process/file-lock.ts'
import { unlessAborted } from '../process/unless-aborted.ts'
import type { HeldLease } from './keep-lease.ts'
import { LEASE_TIMING, type LeaseTiming, leaseClock } from './lease-timing.ts'
import type { Registers } from './lease-tools.ts'
import { type Holder, type LeaseName, leaseRegister } from './lease-value.ts'
import { placeOf } from './place.ts'
import { takeLease } from './take-lease.ts'
import { heldUntil, type Tenure } from './tenure.ts'

/** @param withinMs where another process may begin after that: whatever runs then has to be cut off */
export type Stoppable = { stop(withinMs?: number): Promise<void> }

export type SingleOptions = {
  readonly name: LeaseName
  readonly registers: Registers
  readonly dataDir: string
  /** Begins what only one process may do at a time. */
  readonly start: (tenure: Tenure) => Promise<Stoppable> | Stoppable
  /** Begins what this process does while it waits for another, so that it can take over at once. */
  readonly standBy?: () => Stoppable
  readonly logger: Logger
  readonly clock?: Clock
  readonly timing?: LeaseTiming
}

export type Single = {
  readonly name: LeaseName
  isHeld(): boolean
  /** @returns `standby` while another process does it @throws where it is for this process to do, and cannot be begun */
  check(): 'standby' | 'held'
  /** @returns once nothing of it runs here, and another may begin */
  stop(): Promise<void>
}

const RESTART_AFTER_MS = 2_000
const WAITED_FOR = 'the log does not tell who holds a lease; it is asked again'

/**
 * Does something in this process, or stands by while another process does it, and takes over when that one stops, or dies.
 * Within one data directory a lock on a file says whose turn it is, between them a lease in the log.
 * @returns once it runs here, or another process is known to do it
 * @throws where it cannot be begun the first time
 */
export async function runSingle(options: SingleOptions): Promise<Single> {
  const { name, registers, dataDir, start, logger, clock = leaseClock, timing = LEASE_TIMING } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const place = placeOf(dataDir)
  let isRunning = false
  let trouble: unknown

  const selfNow = (): Omit<Holder, 'since'> => ({
    id: randomUUID(),
    place,
    host: hostname(),
    pid: process.pid,
  })

  async function lockHere(onWaiting: () => void): Promise<() => void> {
    for (;;) {
      signal.throwIfAborted()
      const unlock = tryLockFile(join(dataDir, `lease-${name}`))
      if (unlock) return unlock
      onWaiting()
      await clock.wait(timing.lookEveryMs, signal)
    }
  }

  async function hold(lease: HeldLease, ready: () => Promise<void>, onRunning: () => void): Promise<void> {
    let running: Stoppable | undefined
    try {
      if (signal.aborted) return
      await ready()
      running = await start(lease.tenure)
      isRunning = true
      trouble = undefined
      logger.info({ lease: name }, 'this process holds the lease')
      onRunning()
      const lost = lease.lost.then(() => true)
      const isLost = await unlessAborted(lost, signal).catch(() => false)
      if (isLost) logger.warn({ lease: name }, 'the lease could not be renewed in time, or another has it')
    } finally {
      isRunning = false
      const leftMs = signal.aborted ? undefined : heldUntil(lease.tenure) - clock.now()
      await running?.stop(leftMs === undefined ? undefined : Math.max(0, leftMs))
      await lease.release()
    }
  }

  /** Alone in this data directory, waits for the lease, holds it, and lets go of it. */
  async function once(onSettled: () => void): Promise<void> {
    const unlock = await lockHere(onSettled)
    let waiting: Stoppable | undefined
    try {
      const tools = { registers, register: leaseRegister(name), self: selfNow(), clock, timing }
      const lease = await takeLease(tools, signal, (holder) => {
        trouble = undefined
        logger.info({ lease: name, holder }, holder ? 'another process holds the lease' : WAITED_FOR)
        waiting ??= options.standBy?.()
        onSettled()
      })
      const endWaiting = async (): Promise<void> => {
        await waiting?.stop()
        waiting = undefined
      }
      await hold(lease, endWaiting, onSettled)
    } finally {
      await waiting?.stop()
      unlock()
    }
  }

  async function run(onSettled: () => void, onFailure: (error: unknown) => void): Promise<void> {
    while (!signal.aborted) {
      try {
        await once(onSettled)
      } catch (err) {
        if (signal.aborted) return
        trouble = err
        onFailure(err)
        logger.error({ err, lease: name }, 'what a lease is for could not be done; it is tried again')
        await clock.wait(RESTART_AFTER_MS, signal).catch(() => undefined)
      }
    }
  }

  let running = Promise.resolve()
  const stop = async (): Promise<void> => {
    stopping.abort()
    await running
  }
  const settled = new Promise<void>((resolve, reject) => {
    running = run(resolve, reject)
  })
  try {
    await settled
  } catch (error) {
    await stop()
    throw error
  }
  return {
    name,
    isHeld: () => isRunning,
    check: () => {
      if (trouble !== undefined) throw trouble
      return isRunning ? 'held' : 'standby'
    },
    stop,
  }
}
