import { lookup as lookupName } from 'node:dns/promises'
import type { LookupFunction, Socket } from 'node:net'
import { buildConnector } from 'undici'
import { OutboundRefused } from './outbound-errors.ts'
import { isAllowedAddress, type OutboundPolicy } from './outbound-policy.ts'
import { literalAddress } from './refuse-url.ts'

export type ResolvedAddress = { readonly address: string; readonly family: number }

/** All addresses of a name. */
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>

export const resolveName: Resolve = (hostname) => lookupName(hostname, { all: true, verbatim: true })

/** Of a name's addresses, how many are tried, and for how long each but the last. */
const MAX_ADDRESSES = 8
const ATTEMPT_TIMEOUT_MS = 1_000

/**
 * Connects to addresses that are allowed, and to nothing else. A name is resolved once for each connection,
 * and the connection goes to the very addresses that were judged: a name that leads elsewhere a moment later
 * gains nothing. One address that is not allowed spoils the name, for it has no business among the others.
 */
export function guardedConnect(
  policy: OutboundPolicy,
  timeoutMs: number,
  resolve: Resolve = resolveName,
): buildConnector.connector {
  const connect = buildConnector({
    timeout: timeoutMs,
    lookup: judgedLookup(policy, resolve),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: ATTEMPT_TIMEOUT_MS,
  })
  return (options, callback) => {
    // An address is connected to without a lookup.
    const address = literalAddress(options.hostname)
    if (address !== undefined && !isAllowedAddress(address, policy)) return callback(notAllowed(), null)
    connect(options, (...connected) => {
      const [error, socket] = connected
      if (error !== null || isConnectedTo(socket, policy)) return callback(...connected)
      socket.destroy()
      callback(notAllowed(), null)
    })
  }
}

function judgedLookup(policy: OutboundPolicy, resolve: Resolve): LookupFunction {
  return (hostname, { all }, callback) => {
    judgedAddresses(hostname, policy, resolve).then(
      (addresses) =>
        all ? callback(null, addresses) : callback(null, addresses[0]!.address, addresses[0]!.family),
      (error: NodeJS.ErrnoException) => callback(error, []),
    )
  }
}

/** @throws OutboundRefused; what resolving fails with */
async function judgedAddresses(
  hostname: string,
  policy: OutboundPolicy,
  resolve: Resolve,
): Promise<ResolvedAddress[]> {
  const addresses = await resolve(hostname)
  if (addresses.length === 0)
    throw Object.assign(new Error('a name without addresses'), { code: 'ENOTFOUND' })
  if (!addresses.every(({ address }) => isAllowedAddress(address, policy))) throw notAllowed()
  return addresses.slice(0, MAX_ADDRESSES)
}

/** A second look, at what came of it. */
const isConnectedTo = ({ remoteAddress }: Socket, policy: OutboundPolicy): boolean =>
  remoteAddress !== undefined && isAllowedAddress(remoteAddress, policy)

const notAllowed = (): Error => new OutboundRefused('address_not_allowed')
