import { describe, it } from 'vitest'
import type { TimelineEvent } from '../../../../contracts/events/timeline-events.ts'
import type { Tags, TagValue } from '../../../../contracts/resources/tags.ts'
import { decideTimeline, timelineAggregate } from '../../../../domain/timeline/timeline.ts'
import { specFor } from '../../../support/spec-for.ts'

const given = specFor({ decide: decideTimeline, aggregate: timelineAggregate })()
const use = { flow_id: 'hd', object_id: 'clip', name: 'scene' } as const
const put = (value: TagValue, tags: Tags | undefined) =>
  ({ type: 'SetSegmentTag', ...use, value, tags }) as const
const remove = (tags: Tags | undefined) => ({ type: 'RemoveSegmentTag', ...use, tags }) as const
const wasSet = (value: TagValue): TimelineEvent => ({ type: 'SegmentTagSet', data: { ...use, value } })
const wasRemoved: TimelineEvent = { type: 'SegmentTagRemoved', data: use }

describe('tagging segments', () => {
  it('sets and replaces a tag, and repeats nothing', () => {
    given.when(put('goal', {})).thenEvents(wasSet('goal'))
    given.when(put(['goal'], { scene: 'goal' })).thenEvents(wasSet(['goal']))
    given.when(put(['a', 'b'], { scene: ['b', 'a'] })).thenEvents(wasSet(['a', 'b']))
    given.when(put(['a', 'b'], { scene: ['a', 'b'] })).thenEvents()
  })

  it('removes a tag that is there', () => {
    given.when(remove({ scene: [] })).thenEvents(wasRemoved)
    given.when(remove({ other: 'x' })).thenRejected({ reason: 'segment_tag_unknown', name: 'scene' })
    given.when(remove({})).thenRejected({ reason: 'segment_tag_unknown', name: 'scene' })
  })

  it('is refused where there is no segment', () => {
    given.when(put('goal', undefined)).thenRejected({ reason: 'segment_unknown', object_id: 'clip' })
    given.when(remove(undefined)).thenRejected({ reason: 'segment_unknown', object_id: 'clip' })
  })

  it('is refused beyond what a resource may have, unless it replaces as much', () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`${index}`, 'x']))
    given.when(put('goal', many)).thenRejected({ reason: 'segment_tags_exceeded', object_id: 'clip' })
    const { '0': _, ...others } = many
    given.when(put('goal', { ...others, scene: 'x' })).thenEvents(wasSet('goal'))
  })
})
