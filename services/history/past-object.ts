import { streamName } from '../../contracts/events/stream-name.ts'
import type { CatalogReader } from '../catalog/catalog-reader.ts'
import type { ObjectRow } from '../catalog/object-queries.ts'
import type { PastCatalog } from './past-catalog.ts'
import { flowThen } from './past-collections.ts'
import type { PastLog } from './past-log.ts'

/** Makes `into` say of an object, and of its init object, what the catalog said then. @throws TooMuchHistory */
export async function replayObject(past: PastLog, into: PastCatalog, object_id: string): Promise<void> {
  await into.take(past.pages(streamName.object(object_id)))
  const init = into.reader.object(object_id)?.init_object_id
  if (init) await into.take(past.pages(streamName.object(init)))
}

/** Whether a flow was there is looked up for so many, at most, before a page is given as it is. */
const MAX_CANDIDATES = 1_000

/** The flows that used an object, by id. @returns `next`: flows after this one are yet to be looked at */
export async function flowsUsing(
  past: PastLog,
  catalog: CatalogReader,
  object: ObjectRow,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<{ readonly flows: readonly string[]; readonly next: string | undefined }> {
  const flows: string[] = []
  let last = after
  for (let looked = 0; looked === 0 || looked + limit <= MAX_CANDIDATES; looked += limit) {
    const candidates = catalog.pastFlowsOf(object, past.position, last, limit)
    for (const id of candidates) {
      if (flows.length === limit) return { flows, next: last }
      if (await flowThen(past, id)) flows.push(id)
      last = id
    }
    if (candidates.length < limit) return { flows, next: undefined }
  }
  return { flows, next: last }
}
