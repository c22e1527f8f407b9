import type { SegmentRecord } from '../../contracts/events/timeline-events.ts'
import { segmentRow } from '../../projections/catalog/segment-row.ts'
import { urlSelection } from '../api/objects/url-selection.ts'
import { renderSegments } from '../api/segments/render-segments.ts'
import type { CatalogReader } from '../catalog/catalog-reader.ts'
import { listedOfRow } from '../catalog/listed-segments.ts'
import type { StorageBackends } from '../storage/storage-backends.ts'
import type { WantedUrls } from './wanted-urls.ts'

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

export type SegmentPart = {
  /** Segments as JSON text, as a GET would give them. */
  readonly json: string
  /** The first segment that is not among them, by its place in the event; undefined where all are. */
  readonly next: number | undefined
}

/** A body gets no more segments once it has so many characters: an object may have a hundred long URLs. */
const MAX_CHARACTERS = 1024 * 1024

/**
 * Segments that were added, from one of them on, as a receiver wants them: with URLs that are made now.
 * @param maxCharacters once there are so many, no more segments are added to them
 * @see TAMS webhook.json, flow-segment.json
 */
export function addedSegments(
  { reader, storageBackends, nowMs }: SegmentTools,
  { position, flow_id, segments }: AddedSegments,
  wanted: WantedUrls,
  from: number,
  maxCharacters = MAX_CHARACTERS,
): SegmentPart {
  const renderUrls = urlSelection(storageBackends, reader, wanted, nowMs)
  const whole = wanted.include_object_timerange === true
  const objects = () => segments.slice(from).map(({ object_id }) => object_id)
  const tags = reader.isTagged(flow_id) ? reader.segmentTagsOf(flow_id, objects()) : undefined
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
