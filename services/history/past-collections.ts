import type {
  FlowCreated,
  FlowDeleted,
  FlowRestored,
  FlowUpdated,
} from '../../contracts/events/flow-events.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { streamName } from '../../contracts/events/stream-name.ts'
import type { CatalogReader } from '../catalog/catalog-reader.ts'
import type { PastLog } from './past-log.ts'

/** A flow's last event by some position, where the flow was there: it carries the whole metadata. */
export type FlowThen = RecordedEvent<FlowCreated | FlowUpdated | FlowRestored>

export async function flowThen(past: PastLog, flow_id: string): Promise<FlowThen | undefined> {
  const event = await past.last(streamName.flow(flow_id))
  return event?.type === 'FlowCreated' || event?.type === 'FlowUpdated' || event?.type === 'FlowRestored'
    ? event
    : undefined
}

/**
 * A flow's last event as one of several flows' that are told without all before: that it was made is not part
 * of it, even where it was made just then. One that came back says more than an update could.
 */
export const asUpdate = (flow: FlowThen): RecordedEvent<FlowUpdated | FlowRestored> =>
  flow.type === 'FlowRestored' ? flow : { ...flow, type: 'FlowUpdated' }

/** Flows other than itself that collected a flow when they last changed. */
export async function collectorsThen(
  past: PastLog,
  catalog: CatalogReader,
  flow_id: string,
): Promise<readonly FlowThen[]> {
  const collectors: FlowThen[] = []
  for (const id of catalog.everCollectedBy(flow_id, EVER_LIMIT)) {
    const flow = id === flow_id ? undefined : await flowThen(past, id)
    if (flow && memberIds(flow).includes(flow_id)) collectors.push(flow)
  }
  return collectors
}

/** More than the log of one request looks at: it refuses before they are all read. */
const EVER_LIMIT = 2_000

export const memberIds = ({ data }: FlowThen): readonly string[] =>
  (data.flow.flow_collection ?? []).map(({ id }) => id)

/**
 * What became of a flow's places in collections after a position. With a deletion it left those it was in by then,
 * even if it was made anew; with its return it is in them again. A deletion that was undone since is not told.
 */
export async function leavingsSince(
  past: PastLog,
  flow_id: string,
  position: number,
): Promise<readonly RecordedEvent<FlowDeleted | FlowRestored>[]> {
  const stream = streamName.flow(flow_id)
  const last = await past.last(stream)
  if (!last || last.position <= position) return []
  const before = await past.lastBefore(stream, position)
  const leavings: RecordedEvent<FlowDeleted | FlowRestored>[] = []
  for await (const page of past.pages(stream, (before?.revision ?? -1) + 1)) {
    for (const event of page) {
      if (event.type === 'FlowDeleted') leavings.push(event)
      if (event.type !== 'FlowRestored') continue
      if (leavings.at(-1)?.type === 'FlowDeleted') leavings.pop()
      else leavings.push(asMember(event))
    }
  }
  return leavings
}

/** A flow's return without its own collection, which may have changed since: that, its last event tells. */
function asMember(event: RecordedEvent<FlowRestored>): RecordedEvent<FlowRestored> {
  const { flow_collection: _, ...flow } = event.data.flow
  return { ...event, data: { ...event.data, flow } }
}
