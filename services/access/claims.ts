import type { JWTPayload } from 'jose'
import { SCOPES, type Scope } from '../../contracts/http/scope.ts'
import { Principal as PrincipalName } from '../../contracts/resources/free-text.ts'
import type { TokenConfig } from '../config/auth-config.ts'
import type { Principal } from './principal.ts'

type Naming = Pick<TokenConfig, 'scopeClaim' | 'groupsClaim' | 'nameClaims'>

/** Far above what a token of a few kilobytes can hold. */
const MAX_GROUPS = 1_000

/** Who a token that was verified speaks of. Scopes and groups are texts with spaces between, or lists. */
export function principalOfClaims(claims: JWTPayload, naming: Naming): Principal {
  const { scopeClaim, groupsClaim, nameClaims } = naming
  const scopes = scopeClaim === undefined ? (claims['scope'] ?? claims['scp']) : claimAt(claims, scopeClaim)
  const names = nameClaims.map((claim) => claimAt(claims, claim))
  return {
    name: names.find(isName) ?? null,
    scopes: scopesOf(wordsOf(scopes)),
    groups: wordsOf(claimAt(claims, groupsClaim)).slice(0, MAX_GROUPS),
  }
}

/** Those that mean something here. */
export const scopesOf = (names: readonly string[]): ReadonlySet<Scope> =>
  new Set(SCOPES.filter((scope) => names.includes(scope)))

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && PrincipalName.safeParse(value).success

/** By its name, which may have dots in it; else by a path through objects: `realm_access.roles`. */
function claimAt(claims: JWTPayload, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name]
  return name
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, key)
          ? (value as Record<string, unknown>)[key]
          : undefined,
      claims,
    )
}

function wordsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' ').filter((word) => word !== '')
  return Array.isArray(value) ? value.filter((word) => typeof word === 'string') : []
}
