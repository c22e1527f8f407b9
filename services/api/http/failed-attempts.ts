import type { Request } from 'express'
import { ipKeyGenerator } from 'express-rate-limit'
import { boundedCounts } from './bounded-counts.ts'
import { HttpRefusal } from './http-refusal.ts'

/** Counts credentials that were wrong, by the address they came from. */
export type FailedAttempts = {
  count(request: Request): void
  /** @throws HttpRefusal 429 */
  refuseAfterMany(request: Request): void
}

const WINDOW_MS = 60_000

/** @param perMinute none are too many if it is 0 */
export function failedAttempts(perMinute: number, now: () => number): FailedAttempts {
  const counts = boundedCounts(WINDOW_MS, now)
  return {
    count: (request) => void counts.increment(addressOf(request)),
    refuseAfterMany: (request) => {
      if (perMinute === 0) return
      const { count, endsMs } = counts.get(addressOf(request))
      if (count < perMinute) return
      const seconds = Math.max(1, Math.ceil((endsMs - now()) / 1000))
      throw new HttpRefusal(429, 'too_many_failures', 'too many wrong credentials came from this address', {
        'Retry-After': String(seconds),
      })
    },
  }
}

/** The client's, as far as proxies that are trusted tell; of IPv6, what one client is given. */
export const addressOf = ({ ip }: Request): string => (ip === undefined ? 'none' : ipKeyGenerator(ip))
