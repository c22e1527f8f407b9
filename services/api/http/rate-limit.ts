import type { Request, RequestHandler } from 'express'
import { rateLimit as expressRateLimit, type Store } from 'express-rate-limit'
import { principalOf } from '../../access/principal.ts'
import { boundedCounts } from './bounded-counts.ts'
import { addressOf } from './failed-attempts.ts'
import { HttpRefusal } from './http-refusal.ts'

const WINDOW_MS = 60_000

/**
 * Lets each principal ask so often in a minute, or each address where nobody says who they are. Each process counts
 * for itself.
 * @param isExempt paths that are not counted
 */
export const rateLimit = (
  perMinute: number,
  isExempt: (path: string) => boolean,
  now: () => number,
): RequestHandler =>
  expressRateLimit({
    windowMs: WINDOW_MS,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: keyOf,
    skip: ({ path, method }) => method === 'OPTIONS' || isExempt(path),
    store: storeOf(now),
    handler: (_request, response, next) => {
      const seconds = String(response.getHeader('Retry-After') ?? WINDOW_MS / 1000)
      next(new HttpRefusal(429, 'too_many_requests', TOO_MANY, { 'Retry-After': seconds }))
    },
    // What it would find out of proxies is for TRUSTED_PROXIES to say.
    validate: false,
  })

const TOO_MANY = 'so many requests in a minute are not taken from one caller'

function keyOf(request: Request): string {
  const { name } = principalOf(request.res!)
  return name === null ? `address ${addressOf(request)}` : `name ${name}`
}

function storeOf(now: () => number): Store {
  const counts = boundedCounts(WINDOW_MS, now)
  const told = ({ count, endsMs }: ReturnType<typeof counts.get>) => ({
    totalHits: count,
    resetTime: new Date(endsMs),
  })
  return {
    localKeys: true,
    get: (key) => told(counts.get(key)),
    increment: (key) => told(counts.increment(key)),
    decrement: counts.decrement,
    resetKey: counts.reset,
  }
}
