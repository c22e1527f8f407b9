import { HTTP } from 'cloudevents'
import type { Outbound, OutboundAnswer } from '../outbound/outbound.ts'
import { OutboundFailed, OutboundRefused } from '../outbound/outbound-errors.ts'
import { retryAfterMs } from '../outbound/retry-after.ts'
import type { SegmentPart } from '../public-events/added-segments.ts'
import { cloudEventOf } from '../public-events/cloud-event.ts'
import type { PublicEvent } from '../public-events/public-event.ts'
import { renderBody } from '../public-events/render-body.ts'
import { CannotOpen, type Sealer } from '../sealing/sealer.ts'
import type { Attempt } from './deliveries.ts'
import { signatureHeaders } from './sign-webhook.ts'
import type { Subscriber } from './subscriber.ts'

export type AttemptTools = {
  readonly outbound: Outbound
  readonly keys: Sealer
  /** Where the service is reached: the `source` of its events. */
  readonly publicUrl: () => string
  /** Of `flows/segments_added`, the segments from one on. */
  readonly segments: (event: PublicEvent, subscriber: Subscriber) => Promise<SegmentPart>
  /** An event as the webhook may see it. Default: whole. */
  readonly seen?: (event: PublicEvent, subscriber: Subscriber) => Promise<PublicEvent>
  readonly userAgent: string
  readonly now: () => number
}

const TOTAL_TIMEOUT_MS = 30_000

/** Sends one event, or a part of it, once. Any 2xx acknowledges it; redirects are not followed. Never throws. */
export function deliveryAttempt(tools: AttemptTools) {
  const envelopes = new WeakMap<PublicEvent, Readonly<Record<string, string>>>()
  /** The same for all receivers, and for all attempts. */
  const envelopeOf = (event: PublicEvent): Readonly<Record<string, string>> => {
    const known = envelopes.get(event)
    if (known) return known
    const { headers } = HTTP.binary(cloudEventOf(event, tools.publicUrl()))
    const made = headers as Record<string, string>
    envelopes.set(event, made)
    return made
  }

  const send = async (subscriber: Subscriber, event: PublicEvent): Promise<Attempt> => {
    const { settings, segment } = subscriber
    const part = event.told.what === 'segments' ? await tools.segments(event, subscriber) : undefined
    const body = renderBody(tools.seen ? await tools.seen(event, subscriber) : event, part?.json)
    const id = segment === 0 ? event.id : `${event.id}.${segment}`
    const key = keyOf(subscriber, tools.keys)
    const timestamp = Math.floor(tools.now() / 1000)
    const answer = await tools.outbound.send({
      method: 'POST',
      url: settings.url,
      headers: {
        ...envelopeOf(event),
        'ce-id': id,
        'user-agent': tools.userAgent,
        ...(key !== undefined && signatureHeaders(key, { id, timestamp, body })),
        ...(key !== undefined && { [settings.api_key_name!.toLowerCase()]: key }),
      },
      body,
      totalTimeoutMs: TOTAL_TIMEOUT_MS,
    })
    letGo(answer)
    const isAccepted = answer.status >= 200 && answer.status < 300
    if (isAccepted) return { ok: true, next: part?.next }
    return { ok: false, reason: `it answered ${answer.status}`, askedMs: askedMs(answer, tools.now()) }
  }

  return async (subscriber: Subscriber, event: PublicEvent): Promise<Attempt> => {
    try {
      return await send(subscriber, event)
    } catch (error) {
      return { ok: false, reason: reasonOf(error) }
    }
  }
}

function keyOf({ id, settings }: Subscriber, keys: Sealer): string | undefined {
  const { api_key_name, sealed_api_key } = settings
  return api_key_name === undefined || sealed_api_key === undefined
    ? undefined
    : keys.open(sealed_api_key, id)
}

/** Only who is too busy has a say in when to be asked again. */
function askedMs({ status, headers }: OutboundAnswer, nowMs: number): number | undefined {
  return BUSY.includes(status) ? retryAfterMs([headers['retry-after']].flat()[0], nowMs) : undefined
}

const BUSY = [429, 503]

/** What is answered beside the status is of no interest, but a connection is used again once it is read. */
function letGo({ headers, body }: OutboundAnswer): void {
  body.on('error', () => {})
  if (Number(headers['content-length'] ?? Number.NaN) <= MAX_READ_BYTES) body.resume()
  else body.destroy()
}

const MAX_READ_BYTES = 64 * 1024

/** For whoever reads the webhook: what a receiver sends is nothing to be shown to others. */
function reasonOf(error: unknown): string {
  if (error instanceof OutboundRefused) return `its address is not one that is sent to (${error.reason})`
  if (error instanceof CannotOpen) return 'its key cannot be opened: api_key_value has to be set again'
  if (error instanceof OutboundFailed) return `no answer (${error.message})`
  return error instanceof Error ? error.message : String(error)
}
