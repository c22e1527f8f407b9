import { LogUnavailable } from '../ports/event-log.ts'
import { type HeldLease, keepLease } from './keep-lease.ts'
import type { LeaseTools } from './lease-tools.ts'
import { type Holder, holderIn } from './lease-value.ts'

type Seen = { readonly revision: 'none' | number; readonly sinceMs: number }

/**
 * Waits until this process holds the lease: at once where nobody does, or its holder was in this very place, where only one
 * process is at a time; else when its holder has let go of it, or has not renewed it for so long that it must have stopped.
 * @param onWaiting hears who holds it, once each time that another does
 * @throws what aborted the signal
 */
export async function takeLease(
  tools: LeaseTools,
  signal: AbortSignal,
  onWaiting?: (holder: Holder | undefined) => void,
): Promise<HeldLease> {
  const { registers, register, self, clock, timing } = tools
  let seen: Seen | undefined
  let told: string | undefined

  for (;;) {
    signal.throwIfAborted()
    const lease = await attempt()
    if (lease) return lease
    await clock.wait(timing.lookEveryMs, signal)
  }

  async function attempt(): Promise<HeldLease | undefined> {
    try {
      const found = await registers.readRegister(register)
      const revision = found?.revision ?? 'none'
      // Since it was seen, not since it was written: that is later, so the holder's own count is over before.
      if (seen?.revision !== revision) seen = { revision, sinceMs: clock.now() }
      const holder = found ? holderIn(found.value) : null
      const isOver = clock.now() - seen.sinceMs >= timing.takeOverAfterMs
      if (!isOver && !isFree(holder)) {
        tell(holder ?? undefined)
        return undefined
      }
      const beganMs = clock.now()
      const now = { ...self, since: new Date().toISOString() }
      const written = await registers.writeRegister(register, revision, { holder: now })
      return written === undefined ? undefined : keepLease({ ...tools, self: now }, written, beganMs)
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error
      tell(undefined)
      return undefined
    }
  }

  /** What this process wrote without hearing so is its own. */
  function isFree(holder: Holder | null | undefined): boolean {
    return holder === null || holder?.place === self.place
  }

  function tell(holder: Holder | undefined): void {
    const id = holder?.id ?? ''
    if (id === told) return
    told = id
    onWaiting?.(holder)
  }
}
