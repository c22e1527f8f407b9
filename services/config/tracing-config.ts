import { z } from 'zod'
import { InvalidConfig } from './invalid-config.ts'

/** Where spans are sent. */
export type TracingConfig = {
  /** Of an OTLP receiver for traces: protobuf over HTTP. */
  readonly url: string
  /** Secrets, mostly. */
  readonly headers: Readonly<Record<string, string>>
  /** Of the traces that begin here, how many are recorded: 0 to 1. */
  readonly ratio: number
}

const PATH = '/v1/traces'
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/

/** `name=value` between commas, values as in URLs: as OTEL_EXPORTER_OTLP_HEADERS has them. */
const HeadersText = z.string().transform((text, { issues }) => {
  const pairs = text.split(',').flatMap((part) => (part.trim() === '' ? [] : [pairOf(part)]))
  if (pairs.some((pair) => pair === undefined)) {
    // The value is a secret: nothing of it is told.
    issues.push({ code: 'custom', input: undefined, message: 'must be name=value pairs, commas between' })
  }
  return Object.fromEntries(pairs.filter((pair) => pair !== undefined))
})

function pairOf(part: string): readonly [string, string] | undefined {
  const at = part.indexOf('=')
  const name = part.slice(0, Math.max(at, 0)).trim()
  try {
    const value = decodeURIComponent(part.slice(at + 1).trim())
    return HEADER_NAME.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value) ? [name, value] : undefined
  } catch {
    return undefined
  }
}

const Variables = z.object({
  TRACING_ENABLED: z.stringbool().optional(),
  OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTLP_HEADERS: HeadersText.default({}),
  TRACING_RATIO: z.coerce.number().min(0).max(1).default(1),
})

/** @returns undefined where nothing is traced @throws InvalidConfig naming each variable that is wrong */
export function loadTracing(environment: NodeJS.ProcessEnv): TracingConfig | undefined {
  const { success, data, error } = Variables.safeParse(environment)
  if (!success) {
    const faults = error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`)
    throw new InvalidConfig(`these environment variables are wrong:\n${faults.join('\n')}`)
  }
  const { TRACING_ENABLED, OTLP_ENDPOINT, OTLP_HEADERS: headers, TRACING_RATIO: ratio } = data
  if (TRACING_ENABLED && OTLP_ENDPOINT === undefined) {
    throw new InvalidConfig('TRACING_ENABLED: needs OTLP_ENDPOINT, which says where to send traces')
  }
  if (TRACING_ENABLED === false || OTLP_ENDPOINT === undefined) return undefined
  const base = OTLP_ENDPOINT.replace(/\/+$/, '')
  return { url: base.endsWith(PATH) ? base : `${base}${PATH}`, headers, ratio }
}
