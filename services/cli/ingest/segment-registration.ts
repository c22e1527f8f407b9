import type { FlowSegmentPost } from '../../../contracts/resources/flow-segment.ts'
import { formatTimeRange } from '../../../contracts/time/timerange.ts'
import { compareTimestamps, formatTimestamp, ZERO } from '../../../contracts/time/timestamp.ts'
import { Failure } from '../failure.ts'
import { presentFields } from '../present-fields.ts'
import { registerSegments, segmentPages } from '../tams/flow-segments.ts'
import type { Service } from '../tams/service.ts'
import { mainTrackOf } from './segment-inspector.ts'
import type { PlacedSegment } from './segment-placement.ts'
import type { DoneSegment, StateFile } from './state-file.ts'
import { placementOf } from './timeline.ts'

/** A segment whose object is in the store. */
export type StoredSegment = {
  readonly done: DoneSegment
  /** What to register; undefined where that was done before. */
  readonly post: FlowSegmentPost | undefined
  readonly uploadedBytes: number
}

export type StoredObject = {
  readonly objectId: string
  readonly initObjectId?: string | undefined
  /** The service had the segment already. */
  readonly isPresent: boolean
}

const MAX_REASONS = 3

export function storedSegmentOf(
  { inspected, draft }: PlacedSegment & { kind: 'new' },
  { objectId, initObjectId, isPresent }: StoredObject,
): StoredSegment {
  const { segment, local, init, media } = inspected
  const { timerange, tsOffset, objectTimerange, lastDuration } = placementOf(draft)
  const { format, timing } = mainTrackOf(media)
  const post = presentFields({
    object_id: objectId,
    init_object_id: initObjectId,
    timerange: formatTimeRange(timerange),
    ts_offset: compareTimestamps(tsOffset, ZERO) === 0 ? undefined : formatTimestamp(tsOffset),
    object_timerange: objectTimerange && formatTimeRange(objectTimerange),
    last_duration: formatTimestamp(lastDuration),
    // Decoding of audio can start anywhere.
    key_frame_count: format.kind === 'video' ? timing.keyFrameCount : undefined,
  })
  const { start, end, endsAfter, shift, mediaEndTicks, discontinuity } = draft
  return {
    post: isPresent ? undefined : post,
    uploadedBytes: isPresent ? 0 : local.range.sizeBytes,
    done: {
      key: segment.key,
      objectId,
      init: init && initObjectId !== undefined ? { objectId: initObjectId, sha256: init.sha256 } : undefined,
      sizeBytes: local.range.sizeBytes,
      place: { start, end, endsAfter, shift, mediaEndTicks, discontinuity },
    },
  }
}

/**
 * Registers those that are new, and writes down that they are.
 * @throws Failure where some were refused; the others are registered and written down.
 */
export async function registerAll(
  service: Service,
  flowId: string,
  state: StateFile,
  segments: readonly StoredSegment[],
): Promise<void> {
  const posts = segments.flatMap(({ post }) => post ?? [])
  const refused = posts.length === 0 ? [] : await registerSegments(service, flowId, posts)
  const failures: string[] = []
  for (const { objectId, reason } of refused) {
    const post = posts.find(({ object_id }) => object_id === objectId)
    // The answer to an earlier try may have been lost on its way.
    if (!post || !(await isRegistered(service, flowId, post))) failures.push(`${post?.timerange}: ${reason}`)
  }
  const failedIds = new Set(failures.length === 0 ? [] : refused.map(({ objectId }) => objectId))
  const fresh = segments.filter(
    ({ done }) => !failedIds.has(done.objectId) && state.done.get(done.key) !== done,
  )
  if (fresh.length > 0) await state.saveDone(fresh.map(({ done }) => done))
  if (failures.length === 0) return
  const more = failures.length > MAX_REASONS ? `\nand ${failures.length - MAX_REASONS} more` : ''
  throw new Failure(`segments were refused:\n${failures.slice(0, MAX_REASONS).join('\n')}${more}`)
}

async function isRegistered(service: Service, flowId: string, post: FlowSegmentPost): Promise<boolean> {
  const query = { timerange: post.timerange, accept_get_urls: '' } as const
  for await (const page of segmentPages(service, flowId, query)) {
    if (
      page.some(({ object_id, timerange }) => object_id === post.object_id && timerange === post.timerange)
    ) {
      return true
    }
  }
  return false
}
