import { z } from 'zod'

/**
 * Headers that say how a request is framed, where it goes or what its body is (RFC 9110, 9112): with another
 * value in them than the sender's own, it would not arrive, or would arrive as another request.
 */
const SENDERS_OWN: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Headers that tell of an event who sends it, what it is, and that it is genuine: CloudEvents and Standard Webhooks. */
const OF_EVENTS = /^(ce-.*|webhook-(id|timestamp|signature)|user-agent)$/i

/** A header that somebody other than the sender of a request may choose. */
export const HeaderName = z
  .string()
  .max(256)
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: 'must be the name of an HTTP header' })
  .refine((name) => !SENDERS_OWN.has(name.toLowerCase()) && !OF_EVENTS.test(name), {
    error: 'must not be a header that the sender of a request sets itself',
  })

/** ASCII only: what other bytes mean in a header is anyone's guess (RFC 9110, 5.5). */
export const HeaderValue = z
  .string()
  .max(8_192)
  .regex(/^[!-~](?:[\t -~]*[!-~])?$/, {
    error: 'must be the value of an HTTP header: printable ASCII, with no space at either end',
  })
