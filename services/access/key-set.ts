import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import type { KeyLocation } from '../config/auth-config.ts'
import type { Logger } from '../observability/logger.ts'
import { CannotProve } from './not-proved.ts'
import { readKeys } from './read-keys.ts'

/** The keys tokens are signed with, as their issuer publishes them. */
export type KeySet = {
  /** @throws CannotProve as long as no keys were ever read */
  readonly find: JWTVerifyGetKey
  /** Reads them now. @throws where they cannot be read */
  refresh(): Promise<void>
  /** Whether they could be read the last time. @throws saying why not */
  check(): Promise<void>
  stop(): void
}

export type KeySetOptions = {
  readonly location: KeyLocation
  readonly logger: Logger
  /** What was proved by the keys before may not be by these. */
  readonly onChange: () => void
  readonly times?: Partial<typeof TIMES>
}

/** Milliseconds. */
const TIMES = {
  /** Between two looks at the keys. */
  refresh: 5 * 60_000,
  /** The same where they could not be read, or may be changed by whoever edits a file. */
  retry: 10_000,
  /** A token that names a key nobody knows has them looked at, but not more often than this. */
  cooldown: 10_000,
}

/** Keys are kept when they cannot be read again: tokens that were good stay good while their issuer is away. */
export function openKeySet({ location, logger, onChange, times = {} }: KeySetOptions): KeySet {
  const { refresh: refreshMs, retry: retryMs, cooldown: cooldownMs } = { ...TIMES, ...times }
  let find: JWTVerifyGetKey | undefined
  let text = ''
  let failure: Error | undefined
  let reading: Promise<void> | undefined
  let lastRead = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  const read = async (): Promise<void> => {
    lastRead = performance.now()
    try {
      const keys = await readKeys(location)
      failure = undefined
      const now = JSON.stringify(keys)
      if (now === text) return
      find = createLocalJWKSet(keys)
      text = now
      onChange()
      logger.info({ keys: keys.keys.length }, 'the keys of tokens were read')
    } catch (error) {
      if (failure === undefined) logger.warn({ err: error }, 'the keys of tokens cannot be read')
      failure = error instanceof Error ? error : new Error(String(error))
    }
  }
  const refresh = (): Promise<void> => {
    reading ??= read().finally(() => {
      reading = undefined
      clearTimeout(timer)
      const waitMs = failure || location.type === 'file' ? Math.min(retryMs, refreshMs) : refreshMs
      if (!isStopped) timer = setTimeout(refresh, waitMs).unref()
    })
    return reading
  }
  const refreshUnlessJustDone = async (): Promise<void> => {
    if (reading || performance.now() - lastRead >= cooldownMs) await refresh()
  }

  return {
    find: async (header, token) => {
      if (!find) await refreshUnlessJustDone()
      if (!find) throw new CannotProve('cannot_tell', 'the keys of tokens cannot be read now')
      try {
        return await find(header, token)
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
        await refreshUnlessJustDone()
        return find(header, token)
      }
    },
    refresh: async () => {
      await refresh()
      if (failure) throw failure
    },
    check: async () => {
      if (failure) throw new Error(find ? `keys are those of before: ${failure.message}` : failure.message)
    },
    stop: () => {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
