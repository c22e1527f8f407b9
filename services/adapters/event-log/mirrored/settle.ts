import { LogUnavailable } from '../../../ports/event-log.ts'
import type { MirrorReader, Place } from './mirror-reader.ts'

export type SettleTools = {
  readonly mirror: MirrorReader
  readonly letGo: (append: string) => Promise<void>
  /** How long the order is waited for, milliseconds. */
  readonly patienceMs: number
}

/** How long an append that is not whole may stand in the way, milliseconds: those under way are done by then. */
const IN_THE_WAY_MS = 300

/**
 * Waits until events that are at the server have come in order. Those that wait for the rest of their append are let go.
 * @throws LogUnavailable where that takes too long: they are in the log all the same
 */
export async function settle(
  { mirror, letGo, patienceMs }: SettleTools,
  places: readonly Place[],
): Promise<void> {
  const startedAt = performance.now()
  const told = new Set<string>()
  let missing = places
  for (;;) {
    const changes = mirror.changes()
    missing = missing.filter((place) => mirror.positionOf(place) === undefined)
    if (missing.length === 0) return
    const waited = performance.now() - startedAt
    if (waited > patienceMs) throw new LogUnavailable('the mirror of the event log is behind')
    if (waited >= IN_THE_WAY_MS) await letGoOf(missing.map(mirror.waitingAppend))
    await mirror.changed(changes, IN_THE_WAY_MS)
  }

  async function letGoOf(appends: readonly (string | undefined)[]): Promise<void> {
    for (const append of appends) {
      if (append === undefined || told.has(append)) continue
      told.add(append)
      await letGo(append)
    }
  }
}
