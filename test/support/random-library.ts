import fc from 'fast-check'
import type { DomainEvent } from '../../contracts/events/domain-event.ts'
import { AUDIO, MULTI, VIDEO } from '../../contracts/resources/content-format.ts'
import type { FlowMetadata } from '../../contracts/resources/flow.ts'
import { audioFlow, multiFlow, videoFlow } from './flow-metadata.ts'
import { timeline } from './random-timeline.ts'

// Flows with everything that lists can be filtered and sorted by, as the events that made them.

const MAKERS = { [VIDEO]: videoFlow, [AUDIO]: audioFlow, [MULTI]: multiFlow } as const

/** Those that sort one way by UTF-8 and another by UTF-16 or by language are among them. */
export const LABELS = ['b', 'a', 'B', '', 'ä', '\uffff', '\u{1f600}', 'a b'] as const
export const TAG_NAMES = ['x', 'x.y', '$', '"', '%2F', ''] as const
export const TAG_VALUES = ['1', '2', '', "it's", '1,2'] as const
const tagValue = fc.constantFrom(...TAG_VALUES)

const flowWords = fc.record({
  format: fc.constantFrom(VIDEO, AUDIO, MULTI),
  source: fc.nat({ max: 2 }),
  label: fc.option(fc.constantFrom(...LABELS), { nil: undefined, freq: 4 }),
  status: fc.constantFrom(undefined, 'ingesting', 'closed_complete'),
  tags: fc.option(
    fc.dictionary(fc.constantFrom(...TAG_NAMES), fc.oneof(tagValue, fc.array(tagValue, { maxLength: 3 })), {
      maxKeys: 3,
    }),
    { nil: undefined, freq: 4 },
  ),
  members: fc.array(fc.nat({ max: 30 }), { maxLength: 3 }),
  segments: timeline,
})

export const flowIdOf = (index: number): string => `flow-${String((index * 7) % 31).padStart(2, '0')}`
export const sourceIdOf = (format: string, number: number): string => `${format.split(':').at(-1)}-${number}`

type FlowWords = typeof flowWords extends fc.Arbitrary<infer W> ? W : never

/** Up to twelve flows, then the events that make them. A flow may collect those that come before it, and itself. */
export const library: fc.Arbitrary<readonly DomainEvent[]> = fc
  .array(flowWords, { minLength: 1, maxLength: 12, size: 'max' })
  .map((all) => {
    const sources = new Set<string>()
    return all.flatMap((words, index) => eventsOf(words, index, sources))
  })

function eventsOf(words: FlowWords, index: number, sources: Set<string>): DomainEvent[] {
  const { format, label, status, tags, members, segments } = words
  const id = flowIdOf(index)
  const source_id = sourceIdOf(format, words.source)
  const flow_collection = members
    .filter((member) => member <= index)
    .map((member, place) => ({ id: flowIdOf(member), role: `role ${place}` }))
  const flow: FlowMetadata = MAKERS[format](id, source_id, {
    ...(label !== undefined && { label }),
    ...(status !== undefined && { status: status as 'ingesting' }),
    ...(tags !== undefined && { tags }),
    ...(flow_collection.length > 0 && { flow_collection }),
  })
  const events: DomainEvent[] = []
  if (!sources.has(source_id)) {
    sources.add(source_id)
    const source = { id: source_id, format, ...(label !== undefined && { label }), ...(tags && { tags }) }
    events.push({ type: 'SourceCreated', data: { source } })
  }
  events.push({ type: 'FlowAttached', data: { source_id, flow_id: id } })
  events.push({ type: 'FlowCreated', data: { flow } })
  if (segments.length > 0) events.push({ type: 'SegmentsAdded', data: { flow_id: id, segments } })
  return events
}
