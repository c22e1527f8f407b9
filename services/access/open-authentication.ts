import type { AuthConfig } from '../config/auth-config.ts'
import { InvalidConfig } from '../config/invalid-config.ts'
import type { Logger } from '../observability/logger.ts'
import { type Authenticator, authenticator, waysOf } from './authenticator.ts'
import { passwordAuthenticator } from './password-authenticator.ts'
import { type TokenAuthenticator, tokenAuthenticator } from './token-authenticator.ts'
import { readUsers } from './users-file.ts'
import { watchFiles } from './watch-files.ts'

export type Authentication = Authenticator & {
  /** Of what it depends on, by name: whether it is there. */
  readonly checks: Readonly<Record<string, () => Promise<void>>>
  stop(): void
}

/**
 * What proves who callers are. Files are read again when they change; keys that are elsewhere may come later.
 * @throws InvalidConfig where a file cannot be read
 */
export async function openAuthentication(
  config: AuthConfig,
  logger: Logger,
  now: () => number = Date.now,
): Promise<Authentication> {
  const tokens = config.tokens && tokenAuthenticator({ config: config.tokens, logger, now })
  if (tokens) await firstKeys(tokens, config)
  if (areKeysExposed(config))
    logger.warn('the keys of tokens come by http: whoever is in between can make tokens')
  const { users } = config
  const passwords = users && passwordAuthenticator(readUsers(users.path))
  const unwatch =
    passwords &&
    watchFiles([users.path], logger, () => {
      passwords.replace(readUsers(users.path))
      logger.info('the users were read again')
    })
  return {
    ...authenticator({ ways: waysOf(config), tokens, passwords }),
    checks: tokens ? { token_keys: tokens.check } : {},
    stop: () => {
      tokens?.stop()
      unwatch?.()
    },
  }
}

function areKeysExposed({ tokens }: AuthConfig): boolean {
  if (!tokens || tokens.keys.type === 'file') return false
  const { protocol, hostname } = new URL(tokens.keys.type === 'url' ? tokens.keys.url : tokens.keys.issuer)
  return protocol === 'http:' && !['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
}

/** An issuer may be away when the service starts; a file is there, or the configuration is wrong. */
async function firstKeys(tokens: TokenAuthenticator, config: AuthConfig): Promise<void> {
  const keys = config.tokens?.keys
  const reading = tokens.refresh()
  if (keys?.type !== 'file') return void reading.catch(() => undefined)
  await reading.catch((error: Error) => {
    throw new InvalidConfig(`AUTH_JWKS_FILE: ${keys.path} cannot be used: ${error.message}`)
  })
}
