import { z } from 'zod'

/** Those whose public key can sign nothing: a token that is signed with what everyone may read proves nothing. */
export const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const

export type Algorithm = (typeof ALGORITHMS)[number]

/** Where the keys come from that tokens are signed with. */
export type KeyLocation =
  | { readonly type: 'url'; readonly url: string }
  | { readonly type: 'discovery'; readonly issuer: string }
  | { readonly type: 'file'; readonly path: string }

/** Whose tokens are believed, and what is read in them. */
export type TokenConfig = {
  readonly keys: KeyLocation
  readonly issuer: string
  /** One of them has to be meant; anyone, if there are none. */
  readonly audiences: readonly string[]
  readonly algorithms: readonly Algorithm[]
  readonly clockSkewSeconds: number
  /** None: `scope`, or else `scp`. */
  readonly scopeClaim: string | undefined
  readonly groupsClaim: string
  /** The first that is there names the caller. */
  readonly nameClaims: readonly string[]
  /** Whether they may come in the query as well. */
  readonly isInQuery: boolean
}

/** How callers may say who they are: at least one way. */
export type AuthConfig = {
  readonly tokens?: TokenConfig
  readonly users?: { readonly path: string }
}

const Names = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((name) => name !== ''))
  .refine((names) => names.length > 0, 'names nothing')

/** The variables of it. Units are in the names. */
export const AuthVariables = z.object({
  AUTH_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  AUTH_AUDIENCE: Names.default([]),
  AUTH_JWKS_URL: z.url({ protocol: /^https?$/ }).optional(),
  AUTH_JWKS_FILE: z.string().min(1).optional(),
  AUTH_ALGORITHMS: Names.pipe(z.array(z.enum(ALGORITHMS))).default(['RS256', 'PS256', 'ES256', 'EdDSA']),
  AUTH_CLOCK_SKEW_SECONDS: z.coerce.number().int().min(0).max(600).default(30),
  AUTH_SCOPE_CLAIM: z.string().min(1).optional(),
  AUTH_GROUPS_CLAIM: z.string().min(1).default('groups'),
  AUTH_NAME_CLAIMS: Names.default(['username', 'preferred_username', 'client_id', 'sub']),
  AUTH_TOKEN_IN_QUERY: z.stringbool().default(true),
  AUTH_USERS_FILE: z.string().min(1).optional(),
})
