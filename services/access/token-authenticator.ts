import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { TokenConfig } from '../config/auth-config.ts'
import type { Logger } from '../observability/logger.ts'
import { type KeySetOptions, openKeySet } from './key-set.ts'
import { type ProvedToken, verifyToken } from './verify-token.ts'

export type TokenAuthenticator = {
  /** What is known of it already; undefined where it has to be verified. */
  known(token: string): ProvedToken | undefined
  /** @throws NotProved, or CannotProve */
  verify(token: string): Promise<ProvedToken>
  /** Reads the keys. @throws */
  refresh(): Promise<void>
  check(): Promise<void>
  stop(): void
}

/** Half a kilobyte each. */
const MAX_KEPT = 10_000
/** For so long what was proved is believed, if the token is good for as long: then it is looked at again. */
const KEPT_MS = 5 * 60_000

type Options = {
  readonly config: TokenConfig
  readonly logger: Logger
  readonly now: () => number
  readonly times?: KeySetOptions['times']
}

/** Verifies each token once in a while: a signature takes longer than most requests. Only their hashes are kept. */
export function tokenAuthenticator({ config, logger, now, times = {} }: Options): TokenAuthenticator {
  const proved = new LRUCache<string, ProvedToken & { readonly untilMs: number }>({ max: MAX_KEPT })
  const keys = openKeySet({ location: config.keys, logger, onChange: () => proved.clear(), times })
  const nameOf = (token: string): string => hash('sha256', token, 'base64')

  return {
    known: (token) => {
      const name = nameOf(token)
      const found = proved.get(name)
      if (!found || found.untilMs > now()) return found
      proved.delete(name)
      return undefined
    },
    verify: async (token) => {
      const nowMs = now()
      const proof = await verifyToken(token, config, keys, nowMs)
      proved.set(nameOf(token), { ...proof, untilMs: Math.min(proof.expiresMs, nowMs + KEPT_MS) })
      return proof
    },
    refresh: keys.refresh,
    check: keys.check,
    stop: keys.stop,
  }
}
