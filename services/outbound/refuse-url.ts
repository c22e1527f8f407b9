import { isIP } from 'node:net'
import { isAllowedAddress, type OutboundPolicy } from './outbound-policy.ts'

/** Why a URL is not fetched, whatever its server would say. */
export type UrlRefusal = 'not_a_url' | 'not_http' | 'has_credentials' | 'address_not_allowed'

/**
 * What can be told of a URL without asking anyone: of names, where they lead is only known when it is fetched.
 * @returns undefined where nothing speaks against it
 */
export function refuseUrl(text: string, policy: OutboundPolicy): UrlRefusal | undefined {
  if (!URL.canParse(text)) return 'not_a_url'
  const { protocol, username, password, hostname } = new URL(text)
  if (protocol !== 'http:' && protocol !== 'https:') return 'not_http'
  if (username !== '' || password !== '') return 'has_credentials'
  const address = literalAddress(hostname)
  if (address !== undefined && !isAllowedAddress(address, policy)) return 'address_not_allowed'
  return undefined
}

/** A URL's parser has brought every spelling of an address into one, e.g. 0x7f.1 into 127.0.0.1. */
export function literalAddress(hostname: string): string | undefined {
  const address = hostname.replace(/^\[(.*)\]$/, '$1')
  return isIP(address) === 0 ? undefined : address
}
