import type { WebhookSettings } from '../../contracts/events/webhook-events.ts'
import type { AddedSegments, SegmentPart } from '../public-events/added-segments.ts'

/** Makes a part of what was added. */
export type MakePart = (added: AddedSegments, webhook: WebhookSettings, from: number) => Promise<SegmentPart>

/** Bodies of a megabyte, at most. */
const MAX_KEPT = 8
/** Presigned URLs are good for much longer. */
const KEPT_FOR_MS = 5_000

/** Many webhooks want the same URLs: what was made for one of them is sent to the others, too. */
export function sharedSegments(make: MakePart, now: () => number): MakePart {
  const kept = new Map<string, { readonly part: Promise<SegmentPart>; readonly untilMs: number }>()
  return (added, webhook, from) => {
    const key = `${added.position} ${from} ${wantedUrls(webhook)}`
    const known = kept.get(key)
    if (known && known.untilMs > now()) return known.part
    const part = make(added, webhook, from)
    part.catch(() => kept.delete(key))
    kept.delete(key)
    kept.set(key, { part, untilMs: now() + KEPT_FOR_MS })
    if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value!)
    return part
  }
}

/** All that a webhook says of the segments it is told of, as text. */
const wantedUrls = (webhook: WebhookSettings): string => {
  const { accept_get_urls, accept_storage_ids, presigned, verbose_storage, include_object_timerange } =
    webhook
  return JSON.stringify([
    accept_get_urls,
    accept_storage_ids,
    presigned,
    verbose_storage,
    include_object_timerange,
  ])
}
