import { streamName } from '../../contracts/events/stream-name.ts'
import type { CatalogReader } from '../catalog/catalog-reader.ts'
import type { PastCatalog } from './past-catalog.ts'
import { asUpdate, collectorsThen, flowThen, leavingsSince, memberIds } from './past-collections.ts'
import type { PastLog } from './past-log.ts'
import { relatedEvents } from './related-events.ts'

/**
 * Makes `into` say of a flow what the catalog said of it then.
 * @param catalog today's, which knows who ever collected whom
 * @returns whether the flow was there
 * @throws TooMuchHistory
 */
export async function replayFlow(
  past: PastLog,
  catalog: CatalogReader,
  into: PastCatalog,
  flow_id: string,
): Promise<boolean> {
  const flow = await flowThen(past, flow_id)
  if (!flow) return false
  const others = relatedEvents()
  for (const id of new Set(memberIds(flow))) {
    if (id !== flow_id) others.addLeavings(await leavingsSince(past, id, flow.position))
  }
  for (const collector of await collectorsThen(past, catalog, flow_id)) others.add(asUpdate(collector))
  const segments = await past.last(streamName.timeline(flow_id))
  if (segments) others.add(segments)
  await into.take(past.pages(streamName.flow(flow_id)), others.all())
  return true
}
