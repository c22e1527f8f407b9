import { z } from 'zod'
import { boundedArray } from './bounded.ts'
import { ErrorBody } from './error.ts'
import { Label } from './free-text.ts'
import { HeaderName, HeaderValue } from './http-header.ts'
import { Tags } from './tags.ts'
import { Uuid } from './uuid.ts'

const MAX_EVENTS = 100
const MAX_IDS = 1_000
const MAX_LABELS = 100

export const WebhookEventType = z
  .enum([
    'flows/created',
    'flows/updated',
    'flows/deleted',
    'flows/segments_added',
    'flows/segments_deleted',
    'sources/created',
    'sources/updated',
    'sources/deleted',
  ])
  .meta({ id: 'WebhookEventType', description: 'What a webhook can be told of.' })

export type WebhookEventType = z.infer<typeof WebhookEventType>

const HttpUrl = z
  .string()
  .max(8_192)
  .check(({ value, issues }) => {
    const message = faultOfUrl(value)
    if (message !== undefined) issues.push({ code: 'custom', message, input: value })
  })
  .meta({ format: 'uri', examples: ['https://hook.example.com/tams'] })

/** Whoever may list webhooks would see a password in a URL; a key belongs into `api_key_value`. */
function faultOfUrl(text: string): string | undefined {
  const isHttp = /^https?:\/\/[^\s\p{Cc}]+$/iu.test(text) && URL.canParse(text)
  if (!isHttp) return 'must be an absolute http or https URL'
  const { username, password } = new URL(text)
  return username === '' && password === '' ? undefined : 'must not hold a user name or password'
}

const Ids = boundedArray(Uuid, MAX_IDS)

const saidShape = {
  url: HttpUrl.describe('Where events are posted to.'),
  api_key_name: HeaderName.describe('The HTTP header that takes the key with each event.').exactOptional(),
  events: boundedArray(WebhookEventType, MAX_EVENTS).describe('What to tell of.'),
  flow_ids: Ids.describe('Only Flow and Flow Segment events of these Flows.').exactOptional(),
  source_ids: Ids.describe('Only events of these Sources and of their Flows.').exactOptional(),
  flow_collected_by_ids: Ids.describe(
    'Only Flow and Flow Segment events of Flows that one of these collects; empty, that none collects.',
  ).exactOptional(),
  source_collected_by_ids: Ids.describe(
    'Only events of Sources that one of these collects, and of their Flows; empty, that none collects.',
  ).exactOptional(),
  accept_get_urls: boundedArray(Label, MAX_LABELS)
    .describe('In `flows/segments_added`, only URLs with one of these labels; empty, no URLs at all.')
    .exactOptional(),
  accept_storage_ids: Ids.describe(
    'In `flows/segments_added`, only URLs on one of these Storage Backends; empty, as if left out.',
  ).exactOptional(),
  presigned: z
    .boolean()
    .describe('In `flows/segments_added`, only presigned URLs (true), or only others (false).')
    .exactOptional(),
  verbose_storage: z
    .boolean()
    .describe('Whether each URL in `flows/segments_added` comes with its Storage Backend.')
    .exactOptional(),
  include_object_timerange: z
    .boolean()
    .describe('Whether Flow Segments in `flows/segments_added` have `object_timerange`.')
    .exactOptional(),
  tags: Tags.exactOptional(),
}

const api_key_value = HeaderValue.describe(
  'The key, as the header’s value. Kept sealed, and never given back.',
).exactOptional()

/** What a client may make of a webhook; the rest is the service's doing. */
export const AskedWebhookStatus = z.enum(['created', 'disabled'])

export type AskedWebhookStatus = z.infer<typeof AskedWebhookStatus>

type Keyed = { readonly api_key_name?: string; readonly api_key_value?: string }

function checkKey({ value, issues }: z.core.ParsePayload<Keyed>): void {
  if (value.api_key_value === undefined || value.api_key_name !== undefined) return
  const message = 'is missing: api_key_value needs a header to go in'
  issues.push({ code: 'custom', path: ['api_key_name'], message, input: undefined })
}

// A filter that nobody here knows must be refused, not left out of account: so both forms are strict.

/** @see TAMS webhook-post.json */
export const WebhookPost = z
  .strictObject({
    ...saidShape,
    api_key_value,
    status: AskedWebhookStatus.default('created').describe(
      'Whether to begin (created) or to wait (disabled).',
    ),
  })
  .check(checkKey)
  .meta({ id: 'WebhookPost', description: 'A webhook to be registered.' })

export type WebhookPost = z.infer<typeof WebhookPost>

const StrictWebhookPut = z
  .strictObject({
    id: Uuid.describe('The webhook.'),
    ...saidShape,
    api_key_value,
    status: AskedWebhookStatus.describe('Begin anew (created), or stop (disabled).'),
  })
  .check(checkKey)
  .meta({ id: 'WebhookPut', description: 'A webhook, whole: what is left out is unset, but for its key.' })

/** What a GET gave may be put back: `error` is the service's to say, and is dropped unread. */
export const WebhookPut = z.preprocess((body) => {
  if (typeof body !== 'object' || body === null || Array.isArray(body) || !('error' in body)) return body
  const { error: _, ...said } = body
  return said
}, StrictWebhookPut)

export type WebhookPut = z.infer<typeof WebhookPut>

export const WebhookStatus = z.enum(['created', 'started', 'disabled', 'error'])

export type WebhookStatus = z.infer<typeof WebhookStatus>

/** A webhook as readers see it. @see TAMS webhook-get.json */
export const Webhook = z
  .object({
    id: Uuid.describe('The webhook.'),
    ...saidShape,
    status: WebhookStatus.describe(
      'Yet to send (created), sending (started), stopped by a client (disabled) or by the service (error).',
    ),
    error: ErrorBody.describe('Why the service stopped it.').exactOptional(),
  })
  .meta({ id: 'Webhook', description: 'Somebody who is told of changes by HTTP.' })

export type Webhook = z.infer<typeof Webhook>
