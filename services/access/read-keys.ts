import { readFile } from 'node:fs/promises'
import type { JSONWebKeySet, JWK } from 'jose'
import { z } from 'zod'
import type { KeyLocation } from '../config/auth-config.ts'
import { fetchJson } from './fetch-json.ts'

const Keys = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(200) })
const Discovered = z.object({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https?$/ }) })

/** Reads the public keys that are there now. @throws where there are none */
export async function readKeys(location: KeyLocation): Promise<JSONWebKeySet> {
  const document = await documentAt(location)
  const { success, data } = Keys.safeParse(document)
  if (!success) throw new Error('it is no set of keys (RFC 7517)')
  const keys = data.keys.filter(({ kty }) => PUBLIC_MEMBERS.has(kty)).map(publicPart)
  if (keys.length === 0) throw new Error('it has no public key')
  return { keys }
}

async function documentAt(location: KeyLocation): Promise<unknown> {
  switch (location.type) {
    case 'file':
      return JSON.parse(await readFile(location.path, 'utf8'))
    case 'url':
      return fetchJson(location.url)
    case 'discovery': {
      const url = `${location.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
      const { success, data } = Discovered.safeParse(await fetchJson(url))
      if (!success) throw new Error(`${url} does not say where keys are`)
      if (data.issuer !== location.issuer) throw new Error(`${url} speaks of another issuer`)
      return fetchJson(data.jwks_uri)
    }
  }
}

/** By the type of a key. Secrets, which sign as well as verify, are none. */
const PUBLIC_MEMBERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['RSA', ['n', 'e']],
  ['EC', ['crv', 'x', 'y']],
  ['OKP', ['crv', 'x']],
])

/** What verifies; the rest of a pair that somebody keeps in one file is not needed. */
function publicPart(key: { readonly kty: string; readonly [member: string]: unknown }): JWK {
  const members = ['kty', 'kid', 'use', 'alg', 'key_ops', ...(PUBLIC_MEMBERS.get(key.kty) ?? [])]
  const said = Object.entries(key).filter(([name]) => members.includes(name) && name !== 'key_ops')
  return Object.fromEntries(said) as JWK
}
