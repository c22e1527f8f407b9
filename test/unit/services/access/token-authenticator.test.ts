import { createHmac } from 'node:crypto'
import { UnsecuredJWT } from 'jose'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tokenAuthenticator } from '../../../../services/access/token-authenticator.ts'
import type { TokenConfig } from '../../../../services/config/auth-config.ts'
import { type Claims, startTokenIssuer, type TokenIssuer } from '../../../support/access/token-issuer.ts'

const SKEW = 30
const logger = pino({ level: 'silent' })
const seconds = () => Math.floor(Date.now() / 1000)

let issuer: TokenIssuer
let stranger: TokenIssuer

beforeAll(async () => {
  ;[issuer, stranger] = await Promise.all([startTokenIssuer('RS256'), startTokenIssuer('RS256')])
})
afterAll(async () => {
  await Promise.all([issuer.stop(), stranger.stop()])
})

const configOf = (more: Partial<TokenConfig> = {}): TokenConfig => ({
  keys: { type: 'url', url: issuer.jwksUrl },
  issuer: issuer.issuer,
  audiences: ['tams'],
  algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
  clockSkewSeconds: SKEW,
  scopeClaim: undefined,
  groupsClaim: 'groups',
  nameClaims: ['username', 'client_id', 'sub'],
  isInQuery: true,
  ...more,
})

const authenticatorOf = (more: Partial<TokenConfig> = {}) =>
  tokenAuthenticator({ config: configOf(more), logger, now: Date.now })

const good = (claims: Claims = {}, header: Record<string, unknown> = {}) =>
  issuer.token({ aud: 'tams', scope: 'tams-api/read', ...claims }, header)

/** Signed as with a shared secret, which is what everyone may read. */
async function signedWithPublicKey(): Promise<string> {
  const [, payload] = (await good()).split('.')
  const header = Buffer.from('{"alg":"HS256","kid":"key-1"}').toString('base64url')
  const signature = createHmac('sha256', await issuer.publicPem()).update(`${header}.${payload}`)
  return `${header}.${payload}.${signature.digest('base64url')}`
}

async function changed(): Promise<string> {
  const [header, payload, signature] = (await good()).split('.')
  const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString())
  const more = Buffer.from(JSON.stringify({ ...claims, scope: 'tams-api/admin' })).toString('base64url')
  return `${header}.${more}.${signature}`
}

const HOSTILE: readonly (readonly [string, () => string | Promise<string>])[] = [
  ['without a signature', () => new UnsecuredJWT({ aud: 'tams' }).setIssuer(issuer.issuer).encode()],
  ['with HS256 and the public key as its secret', signedWithPublicKey],
  ['with other claims than were signed', changed],
  ['of another issuer', () => good({ iss: 'https://elsewhere.example.com' })],
  ['signed by another', () => stranger.token({ iss: issuer.issuer, aud: 'tams' })],
  [
    'signed by another, who brings the key along',
    async () =>
      stranger.token({ iss: issuer.issuer, aud: 'tams' }, { kid: 'own', jwk: stranger.jwks().keys[0] }),
  ],
  [
    'signed by another, who says where the key is',
    () =>
      stranger.token(
        { iss: issuer.issuer, aud: 'tams' },
        { kid: 'own', jku: stranger.jwksUrl, x5u: stranger.jwksUrl },
      ),
  ],
  ['for another audience', () => good({ aud: 'other' })],
  ['for no audience', () => good({ aud: undefined })],
  ['that has expired', () => good({ exp: seconds() - SKEW - 5 })],
  ['that never expires', () => good({ exp: undefined })],
  ['that is not good yet', () => good({ nbf: seconds() + SKEW + 60 })],
  [
    'with an extension that has to be understood',
    () => good({}, { crit: ['must-be-understood'], 'must-be-understood': 1 }),
  ],
  ['in two parts', async () => (await good()).split('.').slice(0, 2).join('.')],
  ['cut short', async () => (await good()).slice(0, -10)],
  ['of no bytes', () => ''],
  ['of dots', () => '..'],
  ['of noise', () => 'ÿþ.\u0000.{}'],
  [
    'of a JSON that is a list',
    () => `${Buffer.from('[]').toString('base64url')}.${Buffer.from('[]').toString('base64url')}.AA`,
  ],
  ['too long', async () => good({ more: 'x'.repeat(20_000) })],
]

describe('a token', () => {
  it.each(HOSTILE)('%s proves nothing', async (_what, make) => {
    const authenticator = authenticatorOf()
    const token = await make()
    await expect(authenticator.verify(token)).rejects.toMatchObject({
      name: 'NotProved',
      reason: 'invalid_token',
    })
    expect(authenticator.known(token)).toBeUndefined()
    authenticator.stop()
  })

  it('is not repeated by what is said of it', async () => {
    const authenticator = authenticatorOf()
    for (const [, make] of HOSTILE) {
      const token = await make()
      const error = await authenticator.verify(token).catch((refusal: Error) => refusal)
      const parts = token.split('.').filter((part) => part.length > 8)
      for (const part of parts) expect((error as Error).message).not.toContain(part)
    }
    authenticator.stop()
  })

  it.each([
    ['in time', {}],
    ['expired within the skew of clocks', { exp: seconds() - 5 }],
    ['good in a moment, within the skew', { nbf: seconds() + 20 }],
    ['for several audiences', { aud: ['other', 'tams'] }],
    ['for a client, where it names no audience', { aud: undefined, client_id: 'tams' }],
  ])('%s proves who somebody is', async (_what, claims) => {
    const authenticator = authenticatorOf()
    const { principal } = await authenticator.verify(await good(claims))
    expect(principal.scopes).toEqual(new Set(['tams-api/read']))
    authenticator.stop()
  })

  it('of anyone’s is good where no audience is asked for', async () => {
    const authenticator = authenticatorOf({ audiences: [] })
    await expect(authenticator.verify(await good({ aud: 'other' }))).resolves.toBeDefined()
    authenticator.stop()
  })

  it.each<[string, Claims, Partial<TokenConfig>, unknown]>([
    [
      'a text of scopes',
      { scope: 'openid tams-api/read tams-api/write', groups: ['news'], username: 'ann' },
      {},
      { name: 'ann', scopes: ['tams-api/read', 'tams-api/write'], groups: ['news'] },
    ],
    [
      'a list of scopes',
      { scope: undefined, scp: ['tams-api/delete', 7], client_id: 'truck' },
      {},
      { name: 'truck', scopes: ['tams-api/delete'], groups: [] },
    ],
    [
      'claims of other names',
      { scope: 'tams-api/admin', roles: 'tams-api/read', 'cognito:groups': ['a', 'b'], email: 'a@b.c' },
      { scopeClaim: 'roles', groupsClaim: 'cognito:groups', nameClaims: ['email'] },
      { name: 'a@b.c', scopes: ['tams-api/read'], groups: ['a', 'b'] },
    ],
    [
      'claims within others',
      { scope: '', realm_access: { roles: ['sport'] } },
      { groupsClaim: 'realm_access.roles' },
      { name: 'someone', scopes: [], groups: ['sport'] },
    ],
    [
      'claims of the wrong kind',
      { scope: { 'tams-api/admin': true }, groups: 7, username: ['ann'], sub: 'x'.repeat(2_000) },
      {},
      { name: null, scopes: [], groups: [] },
    ],
  ])('is read for its name, scopes and groups: %s', async (_what, claims, config, expected) => {
    const authenticator = authenticatorOf(config)
    const { principal } = await authenticator.verify(await good(claims))
    expect({ ...principal, scopes: [...principal.scopes] }).toEqual(expected)
    authenticator.stop()
  })

  it('is verified once, and known until it expires', async () => {
    let nowMs = Date.now()
    const authenticator = tokenAuthenticator({ config: configOf(), logger, now: () => nowMs })
    const token = await good({ exp: Math.floor(nowMs / 1000) + 60 })
    expect(authenticator.known(token)).toBeUndefined()
    const { expiresMs } = await authenticator.verify(token)
    expect(authenticator.known(token)?.principal.name).toBe('someone')
    nowMs = expiresMs
    expect(authenticator.known(token)).toBeUndefined()
    await expect(authenticator.verify(token)).rejects.toMatchObject({ message: 'the token has expired' })
    authenticator.stop()
  })

  it('that does not say which key signed it is tried with all of them', async () => {
    await issuer.rotate(true)
    const authenticator = authenticatorOf()
    const token = await good({}, { kid: undefined })
    await expect(authenticator.verify(token)).resolves.toBeDefined()
    await expect(
      authenticator.verify(await stranger.token({ iss: issuer.issuer, aud: 'tams' }, { kid: undefined })),
    ).rejects.toMatchObject({ message: 'the token’s signature is not right' })
    authenticator.stop()
  })
})
