import type { WebhookSettings } from '../../contracts/events/webhook-events.ts'
import type { AddedSegments, SegmentPart } from '../public-events/added-segments.ts'
import { URLS_KEPT_FOR_MS, wantedUrlsKey } from '../public-events/wanted-urls.ts'

/** Makes a part of what was added. */
export type MakePart = (added: AddedSegments, webhook: WebhookSettings, from: number) => Promise<SegmentPart>

/** Bodies of a megabyte, at most. */
const MAX_KEPT = 8

/** Many webhooks want the same URLs: what was made for one of them is sent to the others, too. */
export function sharedSegments(make: MakePart, now: () => number): MakePart {
  const kept = new Map<string, { readonly part: Promise<SegmentPart>; readonly untilMs: number }>()
  return (added, webhook, from) => {
    const key = `${added.position} ${from} ${wantedUrlsKey(webhook)}`
    const known = kept.get(key)
    if (known && known.untilMs > now()) return known.part
    const part = make(added, webhook, from)
    part.catch(() => kept.delete(key))
    kept.delete(key)
    kept.set(key, { part, untilMs: now() + URLS_KEPT_FOR_MS })
    if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value!)
    return part
  }
}
