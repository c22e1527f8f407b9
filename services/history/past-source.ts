import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { streamName } from '../../contracts/events/stream-name.ts'
import type { CatalogReader } from '../catalog/catalog-reader.ts'
import type { PastCatalog } from './past-catalog.ts'
import {
  asUpdate,
  collectorsThen,
  deletionsSince,
  type FlowThen,
  flowThen,
  memberIds,
} from './past-collections.ts'
import type { PastLog } from './past-log.ts'

/**
 * Makes `into` say of a source what the catalog said of it then: its collections follow from those of its flows.
 * @param catalog today's, which knows who ever collected whom
 * @throws TooMuchHistory
 */
export async function replaySource(
  past: PastLog,
  catalog: CatalogReader,
  into: PastCatalog,
  source_id: string,
): Promise<void> {
  const stream = streamName.source(source_id)
  /** By position: several flows may lead to one event. */
  const others = new Map<number, RecordedEvent>()
  const add = (events: readonly RecordedEvent[]) => {
    for (const event of events) others.set(event.position, event)
  }
  for (const id of await flowsThen(past, stream)) {
    const flow = await flowThen(past, id)
    if (!flow) continue
    add([asUpdate(flow)])
    for (const event of await relatedThen(past, catalog, flow)) add([event])
  }
  await into.take(past.pages(stream), [...others.values()])
}

/** The flows that represented the source. */
async function flowsThen(past: PastLog, stream: string): Promise<ReadonlySet<string>> {
  const flows = new Set<string>()
  for await (const page of past.pages(stream)) {
    for (const { type, data } of page) {
      if (type === 'FlowAttached') flows.add(data.flow_id)
      if (type === 'FlowDetached') flows.delete(data.flow_id)
    }
  }
  return flows
}

/** The flows that a flow collected, those that collected it, and what took either away. */
async function relatedThen(
  past: PastLog,
  catalog: CatalogReader,
  flow: FlowThen,
): Promise<readonly RecordedEvent[]> {
  const flow_id = flow.data.flow.id
  const related: RecordedEvent[] = []
  for (const id of new Set(memberIds(flow))) {
    const member = await flowThen(past, id)
    related.push(...(member ? [asUpdate(member)] : []), ...(await deletionsSince(past, id, flow.position)))
  }
  for (const collector of await collectorsThen(past, catalog, flow_id)) {
    related.push(asUpdate(collector), ...(await deletionsSince(past, flow_id, collector.position)))
  }
  return related
}
