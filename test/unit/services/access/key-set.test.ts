import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openAuthentication } from '../../../../services/access/open-authentication.ts'
import { tokenAuthenticator } from '../../../../services/access/token-authenticator.ts'
import type { KeyLocation, TokenConfig } from '../../../../services/config/auth-config.ts'
import { startTokenIssuer, type TokenIssuer } from '../../../support/access/token-issuer.ts'
import { withFolder } from '../../../support/running-service.ts'

const logger = pino({ level: 'silent' })
const NEVER = 3_600_000

let issuer: TokenIssuer
beforeEach(async () => {
  issuer = await startTokenIssuer()
})
afterEach(() => issuer.stop())

const configOf = (keys: KeyLocation): TokenConfig => ({
  keys,
  issuer: issuer.issuer,
  audiences: [],
  algorithms: ['ES256'],
  clockSkewSeconds: 0,
  scopeClaim: undefined,
  groupsClaim: 'groups',
  nameClaims: ['sub'],
  isInQuery: true,
})

const open = (times: Partial<{ refresh: number; retry: number; cooldown: number }>) =>
  tokenAuthenticator({
    config: configOf({ type: 'url', url: issuer.jwksUrl }),
    logger,
    now: Date.now,
    times: { refresh: NEVER, retry: NEVER, cooldown: 0, ...times },
  })

const isGood = (authenticator: ReturnType<typeof open>, token: string) =>
  authenticator.verify(token).then(
    () => true,
    (error: Error) => error.name,
  )

describe('the keys of an issuer', () => {
  it('are asked for once, however many tokens come', async () => {
    const authenticator = open({ cooldown: NEVER })
    const tokens = await Promise.all([1, 2, 3, 4].map((n) => issuer.token({ n })))
    expect(await Promise.all(tokens.map((token) => isGood(authenticator, token)))).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect(issuer.asked()).toBe(1)
    authenticator.stop()
  })

  it('are asked for again when a token names one that is new', async () => {
    const authenticator = open({})
    const old = await issuer.token()
    expect(await isGood(authenticator, old)).toBe(true)
    await issuer.rotate()
    expect(await isGood(authenticator, await issuer.token())).toBe(true)
    // What was proved by a key that is withdrawn is not believed any longer.
    expect(authenticator.known(old)).toBeUndefined()
    expect(await isGood(authenticator, old)).toBe('NotProved')
    authenticator.stop()
  })

  it('are not asked for by each token that names one nobody has', async () => {
    const authenticator = open({ cooldown: NEVER })
    expect(await isGood(authenticator, await issuer.token())).toBe(true)
    for (const kid of ['a', 'b', 'c']) {
      expect(await isGood(authenticator, await issuer.token({}, { kid }))).toBe('NotProved')
    }
    expect(issuer.asked()).toBe(1)
    authenticator.stop()
  })

  it('are kept while the issuer is away, and health tells', async () => {
    const authenticator = open({})
    await authenticator.refresh()
    await expect(authenticator.check()).resolves.toBeUndefined()
    await issuer.stop()
    await expect(authenticator.refresh()).rejects.toThrow()
    expect(await isGood(authenticator, await issuer.token())).toBe(true)
    await expect(authenticator.check()).rejects.toThrow('keys are those of before')
    await issuer.start()
    await authenticator.refresh()
    await expect(authenticator.check()).resolves.toBeUndefined()
    authenticator.stop()
  })

  it('can come later than the tokens: until then nobody can tell', async () => {
    await issuer.stop()
    const authenticator = open({})
    const token = await issuer.token()
    expect(await isGood(authenticator, token)).toBe('CannotProve')
    await expect(authenticator.check()).rejects.toThrow()
    await issuer.start()
    expect(await isGood(authenticator, token)).toBe(true)
    authenticator.stop()
  })

  it('are looked at now and then by themselves', async () => {
    const authenticator = open({ refresh: 5 })
    await authenticator.refresh()
    await expect.poll(issuer.asked).toBeGreaterThan(3)
    authenticator.stop()
  })

  it('are where its OpenID configuration says', async () => {
    const config = { tokens: configOf({ type: 'discovery', issuer: issuer.issuer }) }
    const authentication = await openAuthentication(config, logger)
    const credentials = { authorization: `Bearer ${await issuer.token()}`, access_token: undefined }
    expect((await authentication.prove(credentials)).principal.name).toBe('someone')
    authentication.stop()
  })

  it('are not believed where that configuration is of another issuer', async () => {
    const elsewhere = issuer.issuer.replace('127.0.0.1', 'localhost')
    const config = { tokens: configOf({ type: 'discovery', issuer: elsewhere }) }
    const authentication = await openAuthentication(config, logger)
    const credentials = { authorization: `Bearer ${await issuer.token()}`, access_token: undefined }
    await expect(authentication.prove(credentials)).rejects.toMatchObject({ name: 'CannotProve' })
    authentication.stop()
  })

  it('may be in a file, where there is no network', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'jwks.json')
      writeFileSync(path, JSON.stringify(issuer.jwks()))
      const authentication = await openAuthentication({ tokens: configOf({ type: 'file', path }) }, logger)
      const credentials = { authorization: `Bearer ${await issuer.token()}`, access_token: undefined }
      expect((await authentication.prove(credentials)).principal.name).toBe('someone')
      authentication.stop()
    }))

  it.each([
    ['is not there', undefined],
    ['is no JSON', 'keys'],
    ['is no set of keys', '[]'],
    ['has no public key', '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}'],
  ])('in a file that %s stop the start', (_what, text) =>
    withFolder(async (folder) => {
      const path = join(folder, 'jwks.json')
      if (text !== undefined) writeFileSync(path, text)
      const opening = openAuthentication({ tokens: configOf({ type: 'file', path }) }, logger)
      await expect(opening).rejects.toMatchObject({
        name: 'InvalidConfig',
        message: expect.stringContaining('AUTH_JWKS_FILE'),
      })
    }),
  )
})
