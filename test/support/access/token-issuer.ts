import type { webcrypto } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from 'jose'

type Pair = {
  readonly kid: string
  readonly alg: string
  readonly privateKey: webcrypto.CryptoKey
  readonly publicKey: webcrypto.CryptoKey
}

/** One that is undefined is left out. */
export type Claims = Readonly<Record<string, unknown>>

/** An issuer of tokens with a real server of its keys, which can go away and come back. */
export type TokenIssuer = {
  readonly issuer: string
  readonly jwksUrl: string
  /** How often its keys were asked for. */
  asked(): number
  /** A token of its newest key, good for an hour, unless `claims` say otherwise. */
  token(claims?: Claims, header?: Record<string, unknown>): Promise<string>
  /** From now on signs with a new key, and publishes it alone, or beside those of before. */
  rotate(keepsOld?: boolean): Promise<void>
  /** What it publishes. */
  jwks(): { readonly keys: readonly JWK[] }
  /** The newest public key as everyone may read it. */
  publicPem(): Promise<string>
  stop(): Promise<void>
  start(): Promise<void>
}

const seconds = () => Math.floor(Date.now() / 1000)

export async function startTokenIssuer(alg = 'ES256'): Promise<TokenIssuer> {
  let published: JWK[] = []
  let newest: Pair
  let keys = 0
  let asked = 0
  let port = 0
  let server: Server | undefined

  const rotate = async (keepsOld = false): Promise<void> => {
    const pair = await generateKeyPair(alg, { extractable: true })
    newest = { kid: `key-${++keys}`, alg, ...pair }
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: newest.kid, alg, use: 'sig' }
    published = keepsOld ? [...published, jwk] : [jwk]
  }
  const start = async (): Promise<void> => {
    server = createServer(({ url }, response) => {
      const origin = `http://127.0.0.1:${port}`
      if (url === '/jwks') asked += 1
      const answer =
        url === '/jwks'
          ? { keys: published }
          : url === '/.well-known/openid-configuration'
            ? { issuer: origin, jwks_uri: `${origin}/jwks` }
            : undefined
      response.writeHead(answer ? 200 : 404).end(JSON.stringify(answer ?? {}))
    })
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  }
  await rotate()
  await start()
  const issuer = `http://127.0.0.1:${port}`

  return {
    issuer,
    jwksUrl: `${issuer}/jwks`,
    asked: () => asked,
    token: (claims = {}, header = {}) =>
      new SignJWT({ iss: issuer, sub: 'someone', exp: seconds() + 3600, ...claims })
        .setProtectedHeader({ alg: newest.alg, kid: newest.kid, ...header })
        .sign(newest.privateKey, { crit: { 'must-be-understood': true } }),
    rotate,
    jwks: () => ({ keys: published }),
    publicPem: () => exportSPKI(newest.publicKey),
    stop: () =>
      new Promise((resolve) => {
        server?.closeAllConnections()
        server?.close(() => resolve())
      }),
    start,
  }
}
