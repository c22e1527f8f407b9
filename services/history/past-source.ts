import { streamName } from '../../contracts/events/stream-name.ts'
import type { CatalogReader } from '../catalog/catalog-reader.ts'
import type { PastCatalog } from './past-catalog.ts'
import {
  asUpdate,
  collectorsThen,
  type FlowThen,
  flowThen,
  leavingsSince,
  memberIds,
} from './past-collections.ts'
import type { PastLog } from './past-log.ts'
import { type RelatedEvents, relatedEvents } from './related-events.ts'

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
  const others = relatedEvents()
  for (const id of await flowsThen(past, stream)) {
    const flow = await flowThen(past, id)
    if (!flow) continue
    others.add(asUpdate(flow))
    await addRelated(past, catalog, flow, others)
  }
  await into.take(past.pages(stream), others.all())
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
async function addRelated(
  past: PastLog,
  catalog: CatalogReader,
  flow: FlowThen,
  others: RelatedEvents,
): Promise<void> {
  const flow_id = flow.data.flow.id
  for (const id of new Set(memberIds(flow))) {
    const member = await flowThen(past, id)
    if (member) others.add(asUpdate(member))
    others.addLeavings(await leavingsSince(past, id, flow.position))
  }
  for (const collector of await collectorsThen(past, catalog, flow_id)) {
    others.add(asUpdate(collector))
    others.addLeavings(await leavingsSince(past, flow_id, collector.position))
  }
}
