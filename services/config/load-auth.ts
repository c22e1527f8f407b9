import type { z } from 'zod'
import { type AuthConfig, AuthVariables, type KeyLocation, type TokenConfig } from './auth-config.ts'
import { InvalidConfig } from './invalid-config.ts'

type Variables = z.output<typeof AuthVariables>

/** @returns undefined where nothing says how callers prove who they are @throws InvalidConfig */
export function loadAuth(environment: NodeJS.ProcessEnv): AuthConfig | undefined {
  const { success, data, error } = AuthVariables.safeParse(environment)
  if (!success) {
    const faults = error.issues.map(({ path, message }) => `  ${path[0]?.toString()}: ${message}`)
    throw new InvalidConfig(`these environment variables are wrong:\n${faults.join('\n')}`)
  }
  const tokens = tokensOf(data)
  const users = data.AUTH_USERS_FILE === undefined ? undefined : { path: data.AUTH_USERS_FILE }
  if (!tokens && !users) return undefined
  return { ...(tokens && { tokens }), ...(users && { users }) }
}

function tokensOf(env: Variables): TokenConfig | undefined {
  const keys = keysOf(env)
  if (!keys) {
    if (env.AUTH_AUDIENCE.length === 0) return undefined
    throw new InvalidConfig('AUTH_AUDIENCE: is of no use without AUTH_ISSUER')
  }
  if (env.AUTH_ISSUER === undefined) {
    throw new InvalidConfig('AUTH_ISSUER: has to say whose tokens the keys of AUTH_JWKS_ are for')
  }
  return {
    keys,
    issuer: env.AUTH_ISSUER,
    audiences: env.AUTH_AUDIENCE,
    algorithms: env.AUTH_ALGORITHMS,
    clockSkewSeconds: env.AUTH_CLOCK_SKEW_SECONDS,
    scopeClaim: env.AUTH_SCOPE_CLAIM,
    groupsClaim: env.AUTH_GROUPS_CLAIM,
    nameClaims: env.AUTH_NAME_CLAIMS,
    isInQuery: env.AUTH_TOKEN_IN_QUERY,
  }
}

function keysOf({
  AUTH_ISSUER: issuer,
  AUTH_JWKS_URL: url,
  AUTH_JWKS_FILE: path,
}: Variables): KeyLocation | undefined {
  if (url !== undefined && path !== undefined) {
    throw new InvalidConfig('AUTH_JWKS_FILE: must not be given together with AUTH_JWKS_URL')
  }
  if (path !== undefined) return { type: 'file', path }
  if (url !== undefined) return { type: 'url', url }
  return issuer === undefined ? undefined : { type: 'discovery', issuer }
}
