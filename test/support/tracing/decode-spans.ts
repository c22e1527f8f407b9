import { fieldsOf } from './protobuf.ts'

export type ReceivedSpan = {
  readonly component: string
  readonly traceId: string
  readonly spanId: string
  /** Empty where it has none. */
  readonly parentSpanId: string
  readonly name: string
  /** OTLP's number: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number
  readonly startNs: bigint
  readonly endNs: bigint
  readonly attributes: Readonly<Record<string, string | number | boolean>>
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[]
  /** OTLP's number: 2 is an error. */
  readonly status: number
}

/** The spans of an export. @see opentelemetry-proto, trace.proto: the numbers are its fields' */
export function decodeSpans(message: Buffer): readonly ReceivedSpan[] {
  return inside(message, 1).flatMap((resourceSpans) => {
    const [resource] = inside(resourceSpans, 1)
    const component = String(resource && attributesOf(resource, 1)['framelog.component'])
    return inside(resourceSpans, 2)
      .flatMap((scopeSpans) => inside(scopeSpans, 2))
      .map((span) => spanOf(span, component))
  })
}

function spanOf(span: Buffer, component: string): ReceivedSpan {
  const [status] = inside(span, 15)
  return {
    component,
    traceId: hex(span, 1),
    spanId: hex(span, 2),
    parentSpanId: hex(span, 4),
    name: text(span, 5),
    kind: Number(number(span, 6)),
    startNs: number(span, 7),
    endNs: number(span, 8),
    attributes: attributesOf(span, 9),
    links: inside(span, 13).map((link) => ({ traceId: hex(link, 1), spanId: hex(link, 2) })),
    status: status ? Number(number(status, 3)) : 0,
  }
}

const inside = (message: Buffer, field: number): readonly Buffer[] =>
  [...fieldsOf(message)].flatMap(({ number: is, value }) =>
    is === field && Buffer.isBuffer(value) ? [value] : [],
  )

const hex = (message: Buffer, field: number): string => inside(message, field)[0]?.toString('hex') ?? ''
const text = (message: Buffer, field: number): string => inside(message, field)[0]?.toString() ?? ''
const number = (message: Buffer, field: number): bigint => {
  const found = [...fieldsOf(message)].find((each) => each.number === field)?.value
  return typeof found === 'bigint' ? found : 0n
}

const attributesOf = (message: Buffer, field: number) =>
  Object.fromEntries(inside(message, field).map((pair) => [text(pair, 1), anyValue(inside(pair, 2)[0]!)]))

/** Those kinds that the service has. */
function anyValue(any: Buffer): string | number | boolean {
  const [field] = fieldsOf(any)
  if (!field) return ''
  if (Buffer.isBuffer(field.value)) return field.value.toString()
  return field.number === 2 ? field.value === 1n : Number(field.value)
}
