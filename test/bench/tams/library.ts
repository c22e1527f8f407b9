import type { DomainEvent } from '../../../contracts/events/domain-event.ts'
import type { SourceMetadata } from '../../../contracts/events/source-events.ts'
import { streamName } from '../../../contracts/events/stream-name.ts'
import { AUDIO, VIDEO } from '../../../contracts/resources/content-format.ts'
import type { FlowMetadata } from '../../../contracts/resources/flow.ts'
import type { StreamWrite } from '../../../services/ports/event-log.ts'

/**
 * A library of many flows, two to a source. Its oldest flows are what filters look for: in a list that begins
 * with the newest they lie at the far end, behind all that do not match.
 */
export type Library = { readonly count: number }

/** Flows at the far end that have something no other has. */
export const RARE = 100
const SECONDS_A_FLOW = 10

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')
/** Spread over all ids, as random ones are. */
const scattered = (index: number): string => hex(Math.imul(index + 1, 0x9e3779b1) >>> 0, 8)

export const flowIdAt = (index: number): string => `${scattered(index)}-0000-4000-8000-${hex(index, 12)}`
export const sourceIdAt = (index: number): string =>
  `${scattered(index >> 1)}-1111-4000-8000-${hex(index >> 1, 12)}`

/** The first half are audio, the second video. */
export const isVideo = ({ count }: Library, index: number): boolean => index >= count / 2

function flowAt(library: Library, index: number): FlowMetadata {
  const common = {
    id: flowIdAt(index),
    source_id: sourceIdAt(index),
    label: `Camera ${index >> 1} ${index % 2 === 0 ? 'master' : 'proxy'}`,
    description: 'Recorded for the benchmark, with about as much text as people write.',
    container: 'video/mp2t',
    status: index < RARE ? ('ingesting' as const) : ('closed_complete' as const),
    tags: tagsAt(index),
  }
  if (!isVideo(library, index)) {
    const essence_parameters = { sample_rate: 48_000, channels: 2 }
    return { ...common, format: AUDIO, codec: 'audio/aac', essence_parameters }
  }
  const essence_parameters = { frame_width: 1920, frame_height: 1080, frame_rate: { numerator: 25 } }
  return { ...common, format: VIDEO, codec: 'video/h264', essence_parameters }
}

const tagsAt = (index: number) => ({
  genre: ['news', 'sport', 'drama'][index % 3]!,
  site: [`site ${index % 50}`, 'all'],
  ...(index < RARE ? { rare: 'yes' } : { common: 'yes' }),
})

/** What puts a flow into a log: its source, if it is the first of it, the flow, and a segment, but for rare ones. */
export function writesOf(library: Library, index: number): readonly StreamWrite[] {
  const flow = flowAt(library, index)
  const { id, source_id, format, label, tags } = flow
  const source: SourceMetadata = { id: source_id, format, label: label!, tags: tags! }
  const isFirst = index % 2 === 0
  const attached: DomainEvent = { type: 'FlowAttached', data: { source_id, flow_id: id } }
  const writes: StreamWrite[] = [
    {
      stream: streamName.source(source_id),
      expectedRevision: isFirst ? 'none' : 'any',
      events: isFirst ? [{ type: 'SourceCreated', data: { source } }, attached] : [attached],
    },
    {
      stream: streamName.flow(id),
      expectedRevision: 'none',
      events: [{ type: 'FlowCreated', data: { flow } }],
    },
  ]
  if (index < RARE) return writes
  const start = index * SECONDS_A_FLOW
  const segments = [{ object_id: `of ${id}`, timerange: `[${start}:0_${start + SECONDS_A_FLOW}:0)` }]
  const added: DomainEvent = { type: 'SegmentsAdded', data: { flow_id: id, segments } }
  return [...writes, { stream: streamName.timeline(id), expectedRevision: 'none', events: [added] }]
}

/** A timerange with the content of the oldest flows that have any. */
export const OLDEST_CONTENT = `[${RARE * SECONDS_A_FLOW}:0_${2 * RARE * SECONDS_A_FLOW}:0)`
