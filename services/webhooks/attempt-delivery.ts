import type { Outbound } from '../outbound/outbound.ts'
import { OutboundFailed, OutboundRefused } from '../outbound/outbound-errors.ts'
import type { PostAnswer } from '../outbound/post-once.ts'
import { retryAfterMs } from '../outbound/retry-after.ts'
import type { PublicEvent } from '../public-events/public-event.ts'
import { CannotOpen, type Sealer } from '../sealing/sealer.ts'
import type { OpenSpan } from '../tracing/span.ts'
import { afterRequests, errorKind } from '../tracing/spans-of-events.ts'
import { traceparentOf } from '../tracing/trace-context.ts'
import { tracing } from '../tracing/tracing.ts'
import type { Attempt } from './deliveries.ts'
import { type MessageTools, sharedMessages } from './shared-messages.ts'
import { signatureHeaders } from './sign-webhook.ts'
import type { Subscriber } from './subscriber.ts'

export type AttemptTools = MessageTools & {
  readonly outbound: Outbound
  readonly keys: Sealer
  readonly userAgent: string
}

const TOTAL_TIMEOUT_MS = 30_000

/** Sends one event, or a part of it, once. Any 2xx acknowledges it; redirects are not followed. Never throws. */
export function deliveryAttempt(tools: AttemptTools) {
  const { outbound, keys, userAgent, now } = tools
  const messageOf = sharedMessages(tools)

  const send = async (
    subscriber: Subscriber,
    event: PublicEvent,
    span: OpenSpan | undefined,
  ): Promise<Attempt> => {
    const { settings, segment } = subscriber
    const { headers, body, next } = await messageOf(event, subscriber)
    const id = segment === 0 ? event.id : `${event.id}.${segment}`
    const key = keyOf(subscriber, keys)
    const timestamp = Math.floor(now() / 1000)
    const answer = await outbound.post({
      url: settings.url,
      headers: {
        'user-agent': userAgent,
        ...headers,
        'ce-id': id,
        // Of the delivery, which is a trace of its own: it tells nothing of whoever made the request.
        ...(span && { traceparent: traceparentOf(span.context) }),
        ...(key !== undefined && signatureHeaders(key, { id, timestamp, body })),
        ...(key !== undefined && { [settings.api_key_name!.toLowerCase()]: key }),
      },
      body,
      totalTimeoutMs: TOTAL_TIMEOUT_MS,
    })
    span?.end(endOf(answer.status))
    const isAccepted = answer.status >= 200 && answer.status < 300
    if (isAccepted) return { ok: true, next }
    return { ok: false, reason: `it answered ${answer.status}`, askedMs: askedMs(answer, now()) }
  }

  return async (subscriber: Subscriber, event: PublicEvent): Promise<Attempt> => {
    const span = tracing() && spanOf(subscriber, event)
    try {
      return await send(subscriber, event, span)
    } catch (error) {
      span?.end({ error: errorKind(error) })
      return { ok: false, reason: reasonOf(error) }
    }
  }
}

const spanOf = ({ id }: Subscriber, { type, correlationId, position }: PublicEvent) =>
  afterRequests([correlationId], {
    name: 'deliver to webhook',
    kind: 'client',
    attributes: {
      'http.request.method': 'POST',
      'framelog.webhook_id': id,
      'framelog.event_type': type,
      'framelog.position': position,
    },
  })

const endOf = (status: number) => ({
  attributes: { 'http.response.status_code': status },
  ...(status >= 400 && { error: String(status) }),
})

function keyOf({ id, settings }: Subscriber, keys: Sealer): string | undefined {
  const { api_key_name, sealed_api_key } = settings
  return api_key_name === undefined || sealed_api_key === undefined
    ? undefined
    : keys.open(sealed_api_key, id)
}

/** Only who is too busy has a say in when to be asked again. */
function askedMs({ status, headers }: PostAnswer, nowMs: number): number | undefined {
  return BUSY.includes(status) ? retryAfterMs([headers['retry-after']].flat()[0], nowMs) : undefined
}

const BUSY = [429, 503]

/** For whoever reads the webhook: what a receiver sends is nothing to be shown to others. */
function reasonOf(error: unknown): string {
  if (error instanceof OutboundRefused) return `its address is not one that is sent to (${error.reason})`
  if (error instanceof CannotOpen) return 'its key cannot be opened: api_key_value has to be set again'
  if (error instanceof OutboundFailed) return `no answer (${error.message})`
  return error instanceof Error ? error.message : String(error)
}
