import type { TimelineEvent } from '../../contracts/events/timeline-events.ts'
import { Tags, type TagValue } from '../../contracts/resources/tags.ts'
import { accept, type Decision, reject } from '../decision.ts'
import { sameJson } from '../flow/same-json.ts'

type TaggedUse = {
  readonly flow_id: string
  readonly object_id: string
  readonly name: string
  /** The tags so far; undefined where the flow has no segment of the object. */
  readonly tags: Tags | undefined
}

export type SegmentTagCommand =
  | ({ readonly type: 'SetSegmentTag'; readonly value: TagValue } & TaggedUse)
  | ({ readonly type: 'RemoveSegmentTag' } & TaggedUse)

export type SegmentTagRejection =
  | { readonly reason: 'segment_unknown'; readonly object_id: string }
  | { readonly reason: 'segment_tag_unknown'; readonly name: string }
  | { readonly reason: 'segment_tags_exceeded'; readonly object_id: string }

/** A timeline's state knows nothing of its segments but their places: what there is to tag comes along. */
export function decideSegmentTag(command: SegmentTagCommand): Decision<TimelineEvent, SegmentTagRejection> {
  const { flow_id, object_id, name, tags } = command
  if (!tags) return reject({ reason: 'segment_unknown', object_id })
  const known = Object.hasOwn(tags, name)
  if (command.type === 'RemoveSegmentTag') {
    if (!known) return reject({ reason: 'segment_tag_unknown', name })
    return accept({ type: 'SegmentTagRemoved', data: { flow_id, object_id, name } })
  }
  const { value } = command
  if (known && sameJson(tags[name], value)) return accept()
  if (!Tags.safeParse({ ...tags, [name]: value }).success) {
    return reject({ reason: 'segment_tags_exceeded', object_id })
  }
  return accept({ type: 'SegmentTagSet', data: { flow_id, object_id, name, value } })
}
