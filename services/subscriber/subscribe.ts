import { setTimeout as delay } from 'node:timers/promises'
import type { PublicEventType } from '../../contracts/events/public/public-event-type.ts'
import type { WebhookEventType } from '../../contracts/resources/webhook.ts'
import { readConnection, StreamUnavailable } from './event-connection.ts'
import { SubscriptionRefused } from './subscription-refused.ts'
import { type ToldEvent, toldEvent } from './told-event.ts'

export { type PublicEventType, SubscriptionRefused, type ToldEvent, type WebhookEventType }

export type SubscribeOptions = {
  /** Of the service. */
  readonly url: string | URL
  /** A position of its log, to begin with, or a time, to begin after. From now on, unless given. */
  readonly from?: number | string | Date
  /** Goes on after the event with this `cursor`, whatever `from` says. */
  readonly after?: string
  /** Those that webhooks can be told of, unless given. */
  readonly types?: readonly PublicEventType[]
  readonly flowIds?: readonly string[]
  readonly sourceIds?: readonly string[]
  /** Flow Segments have URLs: all (`{}`), or those that pass. None, unless given. @see GET_flows-flowId-segments */
  readonly getUrls?: GetUrlChoice
  readonly includeObjectTimerange?: boolean
  /** A bearer token, or what gives one each time a connection is made: tokens expire. */
  readonly token?: string | (() => string | Promise<string>)
  /** More headers, as `Authorization` of other kinds. */
  readonly headers?: Readonly<Record<string, string>>
  /** Ends it, without an error. */
  readonly signal?: AbortSignal
  /** The first time to wait before a lost connection is made anew, milliseconds; what the service says, else. */
  readonly retryMs?: number
  /** Told of connections that were lost. */
  readonly onLost?: (error: unknown) => void
}

export type GetUrlChoice = {
  /** With one of these labels. */
  readonly labels?: readonly string[]
  /** On one of these Storage Backends. */
  readonly storageIds?: readonly string[]
  /** Only presigned ones, or only others. */
  readonly presigned?: boolean
  /** With their Storage Backends. */
  readonly verboseStorage?: boolean
}

const RETRY_MS = 2_000
const MAX_RETRY_MS = 30_000

/**
 * Events of a service as they happen, in order, each once. Connections that are lost are made anew, and go on after
 * the last event that was taken; the service is read no faster than events are.
 * @throws SubscriptionRefused
 */
export async function* subscribe(options: SubscribeOptions): AsyncGenerator<ToldEvent, void, undefined> {
  const { signal = new AbortController().signal, token, onLost } = options
  const url = urlOf(options)
  let cursor = options.after
  let retryMs = options.retryMs ?? RETRY_MS
  let failures = 0
  while (!signal.aborted) {
    let lost: unknown
    try {
      const bearer = typeof token === 'function' ? await token() : token
      const headers = {
        ...options.headers,
        accept: 'text/event-stream',
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        ...(cursor !== undefined && { 'last-event-id': cursor }),
      }
      for await (const { id, data, retry } of readConnection({ url, headers, signal })) {
        failures = 0
        if (retry !== undefined) retryMs = options.retryMs ?? retry
        if (id !== undefined) cursor = id
        const event = data === undefined || id === undefined ? undefined : toldEvent(id, data)
        if (event) yield event
        if (signal.aborted) return
      }
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof SubscriptionRefused) throw error
      lost = error
    }
    onLost?.(lost)
    await delay(waitMs(retryMs, failures++, lost), undefined, { signal }).catch(() => undefined)
  }
}

/** Longer each time, and not the same for all who were lost together. */
function waitMs(retryMs: number, failures: number, lost: unknown): number {
  const longest = Math.min(MAX_RETRY_MS, retryMs * 2 ** Math.min(failures, 20))
  const asked = lost instanceof StreamUnavailable ? Math.min(lost.retryAfterMs, MAX_RETRY_MS) : 0
  return Math.max(asked, longest * (0.5 + Math.random() / 2))
}

function urlOf(options: SubscribeOptions): URL {
  const { url: base, from, types, flowIds, sourceIds, getUrls, includeObjectTimerange } = options
  const url = new URL('events', String(base).replace(/\/*$/, '/'))
  const asked = {
    from: from instanceof Date ? from.toISOString() : from,
    types,
    flow_ids: flowIds,
    source_ids: sourceIds,
    include_object_timerange: includeObjectTimerange,
    ...(getUrls && {
      accept_get_urls: getUrls.labels,
      accept_storage_ids: getUrls.storageIds,
      presigned: getUrls.presigned,
      // Said, so that there are URLs.
      verbose_storage: getUrls.verboseStorage ?? false,
    }),
  }
  for (const [name, value] of Object.entries(asked)) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  return url
}
