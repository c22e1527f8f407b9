import { setImmediate as turn } from 'node:timers/promises'
import type { FlowEvent, FlowRestored } from '../../contracts/events/flow-events.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { SourceEvent, SourceRestored } from '../../contracts/events/source-events.ts'
import { streamName } from '../../contracts/events/stream-name.ts'
import type { ContentFormat } from '../../contracts/resources/content-format.ts'
import type { EventLog } from '../ports/event-log.ts'

// What reads told of a Flow or Source before it was deleted, from its stream: deciders know no times.

type Log = Pick<EventLog, 'readStream'>

/** What of a Flow is not its metadata. */
export type FlowLife = Omit<
  FlowRestored['data'],
  'flow' | 'left_members' | 'collected_by' | 'segments_updated_ms'
>

/** The Flow as it was last told. @throws where there never was one */
export async function flowLifeBefore(log: Log, flow_id: string): Promise<FlowLife> {
  let life: FlowLife | undefined
  for await (const event of eventsOf(log, streamName.flow(flow_id))) {
    life = flowLife(life, event as RecordedEvent<FlowEvent>)
  }
  if (!life) throw new Error(`the flow ${flow_id} never was`)
  return life
}

/** The Source as it was when it last went and had this format. @throws where it never had */
export async function sourceLifeBefore(
  log: Log,
  source_id: string,
  format: ContentFormat,
): Promise<SourceRestored['data']> {
  let life: SourceRestored['data'] | undefined
  let found: SourceRestored['data'] | undefined
  for await (const event of eventsOf(log, streamName.source(source_id))) {
    life = sourceLife(life, event as RecordedEvent<SourceEvent>)
    if (event.type === 'SourceDeleted' && life?.source.format === format) found = life
  }
  if (!found) throw new Error(`the source ${source_id} never was of the format ${format}`)
  return found
}

/** Each may hold 64 KB. */
const EVENTS_PER_PAGE = 50

async function* eventsOf(log: Log, stream: string): AsyncGenerator<RecordedEvent> {
  for (let revision = 0; ; revision += EVENTS_PER_PAGE) {
    const page = await log.readStream(stream, revision, EVENTS_PER_PAGE)
    yield* page
    if (page.length < EVENTS_PER_PAGE) return
    await turn()
  }
}

/** Who a client says made or changed something goes before who sent the command. */
function flowLife(life: FlowLife | undefined, event: RecordedEvent<FlowEvent>): FlowLife | undefined {
  if (event.type === 'FlowDeleted') return life
  if (event.type === 'FlowRestored') {
    const { flow: _, left_members: __, collected_by: ___, segments_updated_ms: ____, ...rest } = event.data
    return rest
  }
  const { flow } = event.data
  const before = event.type === 'FlowUpdated' && life ? life : madeBy(event)
  return {
    created_position: before.created_position,
    created_ms: before.created_ms,
    created_by: flow.created_by ?? before.created_by,
    updated_ms: event.timeMs,
    updated_by: flow.updated_by ?? event.actor,
    metadata_version: flow.metadata_version ?? event.id,
    updated_position: event.position,
  }
}

function sourceLife(
  life: SourceRestored['data'] | undefined,
  event: RecordedEvent<SourceEvent>,
): SourceRestored['data'] | undefined {
  if (event.type === 'SourceRestored') return event.data
  if (event.type !== 'SourceCreated' && event.type !== 'SourceUpdated') return life
  const { source } = event.data
  const before = event.type === 'SourceUpdated' && life ? life : { ...madeBy(event), ...keptOf(event) }
  return {
    source,
    ...(before.kept && { kept: true }),
    created_position: before.created_position,
    created_ms: before.created_ms,
    created_by: source.created_by ?? before.created_by,
    updated_ms: event.timeMs,
    updated_by: source.updated_by ?? event.actor,
  }
}

const madeBy = ({ position, timeMs, actor }: RecordedEvent) => ({
  created_position: position,
  created_ms: timeMs,
  created_by: actor,
})

const keptOf = (event: RecordedEvent<SourceEvent>): { readonly kept?: true } =>
  event.type === 'SourceCreated' && event.data.kept ? { kept: true } : {}
