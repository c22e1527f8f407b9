import ipaddr from 'ipaddr.js'
import { z } from 'zod'

/** Addresses and networks between commas; a name for those of one kind, as `loopback`. */
export const ProxiesText = z
  .string()
  .transform((text): readonly string[] => text.split(',').flatMap((part) => part.trim() || []))
  .refine((proxies) => proxies.every(isProxy), {
    error: 'must be addresses or networks between commas, each like 10.1.0.0/16, or loopback, or uniquelocal',
  })

const isProxy = (text: string): boolean =>
  text === 'loopback' || text === 'uniquelocal' || ipaddr.isValid(text) || ipaddr.isValidCIDR(text)
