import { errors, type JWTPayload, type JWTVerifyOptions, type JWTVerifyResult, jwtVerify } from 'jose'
import type { TokenConfig } from '../config/auth-config.ts'
import { principalOfClaims } from './claims.ts'
import type { KeySet } from './key-set.ts'
import { CannotProve, NotProved } from './not-proved.ts'
import type { Principal } from './principal.ts'

export type ProvedToken = {
  readonly principal: Principal
  /** Until when, UTC, milliseconds. */
  readonly expiresMs: number
}

/** Longer ones are no tokens of anyone's: headers end at sixteen kilobytes. */
const MAX_CHARACTERS = 16_384

/**
 * What a token proves. What it says of its own keys (jwk, jku, x5u, x5c) is not looked at.
 * @throws NotProved, or CannotProve
 */
export async function verifyToken(
  token: string,
  config: TokenConfig,
  keys: Pick<KeySet, 'find'>,
  nowMs: number,
): Promise<ProvedToken> {
  if (token.length > MAX_CHARACTERS) throw new NotProved('invalid_token', 'the token is too long')
  const payload = await payloadOf(token, keys, {
    algorithms: [...config.algorithms],
    issuer: config.issuer,
    clockTolerance: config.clockSkewSeconds,
    currentDate: new Date(nowMs),
    requiredClaims: ['exp'],
  })
  if (!isFor(payload, config.audiences)) {
    throw new NotProved('invalid_token', 'the token is for another audience')
  }
  return {
    principal: principalOfClaims(payload, config),
    expiresMs: (Number(payload.exp) + config.clockSkewSeconds) * 1000,
  }
}

async function payloadOf(
  token: string,
  { find }: Pick<KeySet, 'find'>,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, find, options)).payload
  } catch (error) {
    if (error instanceof errors.JWKSMultipleMatchingKeys) return payloadByAny(token, error, options)
    throw refusalOf(error)
  }
}

/** A token need not say which key it was signed with. */
async function payloadByAny(
  token: string,
  keys: errors.JWKSMultipleMatchingKeys,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  let verified: JWTVerifyResult | undefined
  for await (const key of keys) {
    try {
      verified = await jwtVerify(token, key, options)
      break
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw refusalOf(error)
    }
  }
  if (!verified) throw new NotProved('invalid_token', 'the token’s signature is not right')
  return verified.payload
}

/** Cognito's access tokens name the client that they are for, and no audience. */
function isFor({ aud, client_id }: JWTPayload, audiences: readonly string[]): boolean {
  if (audiences.length === 0) return true
  const meant = [aud ?? client_id].flat()
  return audiences.some((audience) => meant.includes(audience))
}

/** Why, in our own words: what a library says may quote the token. */
function refusalOf(error: unknown): Error {
  if (error instanceof CannotProve) return error
  const code = error instanceof errors.JOSEError ? error.code : ''
  const claim = error instanceof errors.JWTClaimValidationFailed ? error.claim : undefined
  const summary =
    claim !== undefined ? (BY_CLAIM[claim] ?? 'the token lacks what it has to say') : BY_CODE[code]
  return new NotProved('invalid_token', summary ?? 'the token is no token of the kind that is taken here')
}

const BY_CLAIM: Readonly<Record<string, string>> = {
  iss: 'the token is of another issuer',
  nbf: 'the token is not good yet',
  exp: 'the token does not say until when it is good',
}

const BY_CODE: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'the token has expired',
  ERR_JWKS_NO_MATCHING_KEY: 'the token is signed with a key that its issuer does not publish',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'the token’s signature is not right',
  ERR_JOSE_ALG_NOT_ALLOWED: 'the token is signed in a way that is not taken here',
}
