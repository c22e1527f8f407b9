import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** Addresses that share their first `bits`. */
export type Network = { readonly address: Address; readonly bits: number }

/** Which addresses may be connected to for someone else, beside those of the public internet. */
export type OutboundPolicy = {
  readonly allowedNetworks: readonly Network[]
  /** Whether this machine itself may be: where only its own users can ask. */
  readonly allowsLoopback: boolean
}

/** Of all IPv6 only this is given out to networks of the internet (RFC 4291). */
const GLOBAL_IPV6: Network = { address: ipaddr.parse('2000::'), bits: 3 }

/** Looks public, and is the host of an Azure machine. */
const PUBLIC_IN_SHAPE_ONLY: ReadonlySet<string> = new Set(['168.63.129.16'])

/** @param address as a resolver gives it; whatever is no address is not allowed */
export function isAllowedAddress(address: string, policy: OutboundPolicy): boolean {
  const parsed = parseAddress(address)
  if (!parsed) return false
  if (policy.allowedNetworks.some((network) => isIn(parsed, network))) return true
  return isPublic(parsed) || (policy.allowsLoopback && parsed.range() === 'loopback')
}

/** @returns undefined for what is not `address/bits`, e.g. `10.0.0.0/8` or `fd00::/8` */
export function parseNetwork(text: string): Network | undefined {
  const [, address = '', length = ''] = text.match(/^([^/%]+)\/(\d{1,3})$/) ?? []
  const parsed = parseAddress(address)
  const bits = Number(length)
  // What is IPv4 in truth is to be written so: judged as IPv4, it would never match.
  if (!parsed || parsed.kind() !== `ipv${isIP(address)}`) return undefined
  return bits > (parsed.kind() === 'ipv4' ? 32 : 128) ? undefined : { address: parsed, bits }
}

/** An IPv4 address within an IPv6 one (`::ffff:`) is the IPv4 address: that is where packets go. */
function parseAddress(text: string): Address | undefined {
  const version = isIP(text)
  if (version !== 6) return version === 4 ? ipaddr.IPv4.parse(text) : undefined
  // Of `::127.0.0.1` the parser makes `::ffff:127.0.0.1`. That of URLs does not, and takes no zone.
  const url = `http://[${text}]/`
  return URL.canParse(url) ? ipaddr.process(new URL(url).hostname.slice(1, -1)) : undefined
}

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false
  return address.kind() === 'ipv4'
    ? !PUBLIC_IN_SHAPE_ONLY.has(address.toString())
    : isIn(address, GLOBAL_IPV6)
}

function isIn(address: Address, network: Network): boolean {
  return address.kind() === network.address.kind() && address.match(network.address, network.bits)
}
