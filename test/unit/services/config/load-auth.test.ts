import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../../services/config/config.ts'
import { loadAuth } from '../../../../services/config/load-auth.ts'

const ISSUER = 'https://login.example.com/tams'

describe('how callers prove who they are', () => {
  it('is not said by default', () => {
    expect(loadAuth({})).toBeUndefined()
  })

  it('can be tokens of an issuer, whose keys are looked for', () => {
    expect(loadAuth({ AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: 'tams, other' })).toEqual({
      tokens: {
        keys: { type: 'discovery', issuer: ISSUER },
        issuer: ISSUER,
        audiences: ['tams', 'other'],
        algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
        clockSkewSeconds: 30,
        scopeClaim: undefined,
        groupsClaim: 'groups',
        nameClaims: ['username', 'preferred_username', 'client_id', 'sub'],
        isInQuery: true,
      },
    })
  })

  it('can be tokens and users at once', () => {
    const url = `${ISSUER}/keys`
    const found = loadAuth({ AUTH_ISSUER: ISSUER, AUTH_JWKS_URL: url, AUTH_USERS_FILE: 'users.yaml' })
    expect(found).toMatchObject({ tokens: { keys: { type: 'url', url } }, users: { path: 'users.yaml' } })
  })

  it.each<[NodeJS.ProcessEnv, string]>([
    [{ AUTH_JWKS_URL: ISSUER }, 'AUTH_ISSUER'],
    [{ AUTH_JWKS_FILE: 'a.json' }, 'AUTH_ISSUER'],
    [{ AUTH_AUDIENCE: 'tams' }, 'AUTH_AUDIENCE'],
    [{ AUTH_ISSUER: ISSUER, AUTH_JWKS_URL: ISSUER, AUTH_JWKS_FILE: 'a.json' }, 'AUTH_JWKS_FILE'],
    [{ AUTH_ISSUER: 'login' }, 'AUTH_ISSUER'],
    [{ AUTH_ISSUER: ISSUER, AUTH_JWKS_URL: 'file:///etc/keys' }, 'AUTH_JWKS_URL'],
    [{ AUTH_ISSUER: ISSUER, AUTH_ALGORITHMS: 'none' }, 'AUTH_ALGORITHMS'],
    [{ AUTH_ISSUER: ISSUER, AUTH_ALGORITHMS: 'RS256,HS256' }, 'AUTH_ALGORITHMS'],
    [{ AUTH_ISSUER: ISSUER, AUTH_CLOCK_SKEW_SECONDS: '-1' }, 'AUTH_CLOCK_SKEW_SECONDS'],
    [{ AUTH_ISSUER: ISSUER, AUTH_NAME_CLAIMS: ' ' }, 'AUTH_NAME_CLAIMS'],
    [{ TLS_CERT_FILE: 'a.pem' }, 'TLS_KEY_FILE'],
    [{ TLS_KEY_FILE: 'a.pem' }, 'TLS_KEY_FILE'],
    [{ RATE_LIMIT_PER_MINUTE: '0' }, 'RATE_LIMIT_PER_MINUTE'],
    [{ AUTH_FAILURES_PER_MINUTE: 'few' }, 'AUTH_FAILURES_PER_MINUTE'],
    [{ TRUSTED_PROXIES: 'proxy.example.com' }, 'TRUSTED_PROXIES'],
    [{ TRUSTED_PROXIES: '10.0.0.0/40' }, 'TRUSTED_PROXIES'],
  ])('is refused, and the variable named: %j', (environment, variable) => {
    expect(() => loadConfig(environment)).toThrow(`${variable}:`)
  })

  it('has to be said, or not wanted by name, to listen beyond loopback', () => {
    const everywhere = { HOST: '0.0.0.0' }
    expect(() => loadConfig(everywhere)).toThrow(
      /HOST: .*AUTH_ISSUER or AUTH_USERS_FILE, or ALLOW_UNAUTHENTICATED=true/,
    )
    for (const more of [
      { AUTH_ISSUER: ISSUER },
      { AUTH_USERS_FILE: 'u' },
      { ALLOW_UNAUTHENTICATED: 'true' },
    ]) {
      expect(loadConfig({ ...everywhere, ...more }).HOST).toBe('0.0.0.0')
    }
  })

  it('reads proxies that are trusted', () => {
    expect(loadConfig({ TRUSTED_PROXIES: '10.0.0.0/8, loopback,::1' }).TRUSTED_PROXIES).toEqual([
      '10.0.0.0/8',
      'loopback',
      '::1',
    ])
  })
})
