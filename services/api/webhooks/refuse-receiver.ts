import type { OutboundPolicy } from '../../outbound/outbound-policy.ts'
import { refuseUrl, type UrlRefusal } from '../../outbound/refuse-url.ts'
import { badRequest } from '../http/http-refusal.ts'

const TELLINGS: Record<UrlRefusal, string> = {
  not_a_url: 'must be an absolute http or https URL',
  not_http: 'must be an absolute http or https URL',
  has_credentials: 'must not hold a user name or password',
  address_not_allowed:
    'leads to an address that is not of the public internet, where nothing is sent unless ' +
    'OUTBOUND_ALLOWED_NETWORKS has it',
}

/** These names are this machine, without anyone being asked (RFC 6761). */
const LOCAL_NAME = /^(.+\.)?localhost\.?$/i

/**
 * Refuses what can be told of a URL by itself. Where a name leads is found out whenever something is sent.
 * @throws HttpRefusal
 */
export function refuseReceiver(url: string, policy: OutboundPolicy): void {
  const { protocol, hostname } = new URL(url)
  const named = LOCAL_NAME.test(hostname) ? `${protocol}//127.0.0.1/` : url
  const refusal = refuseUrl(named, policy)
  if (refusal) throw badRequest(`url: ${TELLINGS[refusal]}`)
}
