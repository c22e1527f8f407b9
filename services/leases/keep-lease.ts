import { LogUnavailable } from '../ports/event-log.ts'
import type { LeaseTools } from './lease-tools.ts'
import { type Holder, holderIn } from './lease-value.ts'
import { holdUntil, noTenure, type Tenure } from './tenure.ts'

export type HeldLease = {
  readonly tenure: Tenure
  /** Resolves when it could not be renewed in time: what it is for has to stop before the tenure ends. */
  readonly lost: Promise<void>
  /** To be called when nothing runs any more: another may take it at once. */
  release(): Promise<void>
}

/** @param beganMs when the write began that took the lease: it counts from then */
export function keepLease(
  tools: LeaseTools & { readonly self: Holder },
  writtenRevision: number,
  beganMs: number,
): HeldLease {
  const { registers, register, self, clock, timing } = tools
  const tenure = noTenure()
  const ending = new AbortController()
  let revision = writtenRevision
  let renewedMs = beganMs
  let isOurs = true
  let lose = () => {}
  const lost = new Promise<void>((resolve) => {
    lose = resolve
  })

  function renewed(atMs: number): void {
    renewedMs = atMs
    holdUntil(tenure, atMs + timing.heldForMs)
  }

  function taken(): void {
    isOurs = false
    holdUntil(tenure, 0)
    ending.abort()
    lose()
  }

  async function write(holder: Holder | null): Promise<void> {
    const startedMs = clock.now()
    let written = await registers.writeRegister(register, revision, { holder })
    if (written === undefined && (await isOwnWithoutAnswer())) {
      written = await registers.writeRegister(register, revision, { holder })
    }
    if (written === undefined) return taken()
    revision = written
    if (holder) renewed(startedMs)
  }

  /** A write before this one that got no answer may have been done all the same. */
  async function isOwnWithoutAnswer(): Promise<boolean> {
    const found = await registers.readRegister(register)
    if (!found || holderIn(found.value)?.id !== self.id) return false
    revision = found.revision
    return true
  }

  async function renewAgainAndAgain(): Promise<void> {
    while (!ending.signal.aborted) {
      await clock.wait(timing.renewEveryMs, ending.signal).catch(() => undefined)
      if (ending.signal.aborted) return
      // Of an error nobody knows more: it is tried again, for as long as there is time.
      await write(self).catch(ifUnavailable)
    }
  }

  async function watch(): Promise<void> {
    for (;;) {
      const leftMs = renewedMs + timing.giveUpAfterMs - clock.now()
      if (ending.signal.aborted) return
      if (leftMs <= 0) break
      await clock.wait(leftMs, ending.signal).catch(() => undefined)
    }
    ending.abort()
    lose()
  }

  renewed(beganMs)
  const renewing = renewAgainAndAgain()
  renewing.catch(taken)
  void watch()

  return {
    tenure,
    lost,
    release: async () => {
      ending.abort()
      // One that is under way has its answer, and makes it longer by nothing.
      await renewing.catch(() => undefined)
      holdUntil(tenure, 0)
      if (isOurs) await write(null).catch(ifUnavailable)
    },
  }
}

function ifUnavailable(error: unknown): void {
  if (!(error instanceof LogUnavailable)) throw error
}
