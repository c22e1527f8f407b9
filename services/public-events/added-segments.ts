import type { SegmentRecord } from '../../contracts/events/timeline-events.ts'
import type { WebhookSettings } from '../../contracts/events/webhook-events.ts'
import { ETERNITY } from '../../contracts/time/timerange.ts'
import { segmentRow } from '../../projections/catalog/segment-row.ts'
import { urlSelection } from '../api/objects/url-selection.ts'
import { renderSegments } from '../api/segments/render-segments.ts'
import type { CatalogReader } from '../catalog/catalog-reader.ts'
import { listedOfRow } from '../catalog/listed-segments.ts'
import type { StorageBackends } from '../storage/storage-backends.ts'

export type SegmentTools = {
  /** Of a catalog that includes the event. */
  readonly reader: CatalogReader
  readonly storageBackends: StorageBackends
  readonly nowMs: number
}

export type AddedSegments = {
  /** Of the event. */
  readonly position: number
  readonly flow_id: string
  readonly segments: readonly SegmentRecord[]
}

/** What a receiver says of the segments it is told of. */
export type WantedUrls = Partial<WebhookSettings>

export type SegmentPart = {
  /** Segments as JSON text, as a GET would give them. */
  readonly json: string
  /** The first segment that is not among them, by its place in the event; undefined where all are. */
  readonly next: number | undefined
}

/** A body gets no more segments once it has so many characters: an object may have a hundred long URLs. */
const MAX_CHARACTERS = 1024 * 1024

/**
 * Segments that were added, from one of them on, as a webhook wants them: with URLs that are made now.
 * @param maxCharacters once there are so many, no more segments are added to them
 * @see TAMS webhook.json, flow-segment.json
 */
export function addedSegments(
  { reader, storageBackends, nowMs }: SegmentTools,
  { position, flow_id, segments }: AddedSegments,
  webhook: WantedUrls,
  from: number,
  maxCharacters = MAX_CHARACTERS,
): SegmentPart {
  const renderUrls = urlSelection(storageBackends, reader, webhook, nowMs)
  const whole = webhook.include_object_timerange === true
  const { isTagged } = reader.page({ flow_id, range: ETERNITY, reverse: false, limit: 1 })
  const objects = () => segments.slice(from).map(({ object_id }) => object_id)
  const tags = isTagged ? reader.segmentTagsOf(flow_id, objects()) : undefined
  let json = ''
  let next = from
  for (; next < segments.length && json.length < maxCharacters; next++) {
    const segment = segments[next]!
    const row = listedOfRow(
      [...segmentRow(segment), ...reader.objectColumns(segment.object_id, position)],
      whole,
    )
    json += `,${renderSegments(reader, [row], renderUrls, tags).slice(1, -1)}`
  }
  return { json: `[${json.slice(1)}]`, next: next < segments.length ? next : undefined }
}
