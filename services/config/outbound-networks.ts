import { z } from 'zod'
import { type Network, parseNetwork } from '../outbound/outbound-policy.ts'

/** Networks between commas, each as an address and a length, e.g. `10.1.0.0/16, fd12::/48`. */
export const NetworksText = z.string().transform((text, context): readonly Network[] =>
  text.split(',').flatMap((part) => {
    const network = part.trim()
    if (network === '') return []
    const parsed = parseNetwork(network)
    if (parsed) return [parsed]
    context.addIssue({ code: 'custom', message: 'must be networks between commas, each like 10.1.0.0/16' })
    return z.NEVER
  }),
)
