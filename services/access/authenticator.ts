import type { Ways } from '../../contracts/http/security-schemes.ts'
import type { AuthConfig } from '../config/auth-config.ts'
import { NotProved } from './not-proved.ts'
import type { PasswordAuthenticator } from './password-authenticator.ts'
import type { Principal } from './principal.ts'
import type { TokenAuthenticator } from './token-authenticator.ts'

/** What came with a request, as it came. */
export type Credentials = {
  readonly authorization: string | undefined
  /** Of the query. */
  readonly access_token: string | undefined
}

/** Who somebody is, and until when that holds (UTC, milliseconds; none: as long as it likes). */
export type Proof = { readonly principal: Principal; readonly expiresMs?: number }

export type Authenticator = {
  /** The ways there are, as OpenAPI and `WWW-Authenticate` tell them. */
  readonly ways: Ways
  /** Who it is, where that is known without work. @throws NotProved */
  known(credentials: Credentials): Proof | undefined
  /** @throws NotProved, or CannotProve */
  prove(credentials: Credentials): Promise<Proof>
}

export const waysOf = ({ tokens, users }: AuthConfig): Ways => ({
  bearer: tokens !== undefined,
  urlToken: tokens?.isInQuery === true,
  basic: users !== undefined,
})

type Parts = {
  readonly ways: Ways
  readonly tokens: TokenAuthenticator | undefined
  readonly passwords: PasswordAuthenticator | undefined
}

/** One of the ways that are configured proves who somebody is; a header goes before the query. */
export function authenticator({ ways, tokens, passwords }: Parts): Authenticator {
  return {
    ways,
    known: (credentials) => {
      const { scheme, value } = schemeOf(credentials, ways)
      if (scheme === 'bearer') return tokens?.known(value)
      const principal = passwords?.known(value)
      return principal && { principal }
    },
    prove: async (credentials) => {
      const { scheme, value } = schemeOf(credentials, ways)
      if (scheme === 'bearer' && tokens) return tokens.verify(value)
      if (scheme === 'basic' && passwords) return { principal: await passwords.verify(value) }
      throw new NotProved('unknown_scheme', 'such credentials are not taken here')
    },
  }
}

type Presented = { readonly scheme: 'bearer' | 'basic'; readonly value: string }

function schemeOf({ authorization, access_token }: Credentials, ways: Ways): Presented {
  if (authorization !== undefined) {
    const match = /^(bearer|basic) +(\S+)$/i.exec(authorization)
    const scheme = match?.[1]?.toLowerCase() as Presented['scheme'] | undefined
    if (!scheme || !ways[scheme]) {
      throw new NotProved('unknown_scheme', 'such an Authorization is not taken here')
    }
    return { scheme, value: match![2]! }
  }
  if (access_token === undefined || !ways.urlToken) {
    throw new NotProved('missing', 'this needs to know who asks')
  }
  return { scheme: 'bearer', value: access_token }
}
