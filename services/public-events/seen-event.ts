import type { AccessQueries } from '../catalog/access-queries.ts'
import type { PublicEvent } from './public-event.ts'

type References = {
  readonly flow_collection?: readonly { readonly id: string }[]
  readonly source_collection?: readonly { readonly id: string }[]
  readonly collected_by?: readonly string[]
}

/** An event without the Flows and Sources it names that are of none of these classes now; itself, for most. */
export function seenEvent(
  event: PublicEvent,
  classes: ReadonlySet<string>,
  reader: AccessQueries,
): PublicEvent {
  const { told } = event
  if ((told.what !== 'flow' && told.what !== 'source') || !NAMES_OTHERS.test(told.json)) return event
  const whole = JSON.parse(told.json) as References
  const known = told.what === 'flow' ? reader.flowsOfClasses : reader.sourcesOfClasses
  const { flow_collection, source_collection, collected_by } = whole
  const named = [flow_collection ?? [], source_collection ?? []].flat().map(({ id }) => id)
  const seen = known([...named, ...(collected_by ?? [])], classes)
  const isSeen = (id: string) => seen.has(id)
  const json = JSON.stringify({
    ...whole,
    ...listed(
      'flow_collection',
      flow_collection?.filter(({ id }) => isSeen(id)),
    ),
    ...listed(
      'source_collection',
      source_collection?.filter(({ id }) => isSeen(id)),
    ),
    ...listed('collected_by', collected_by?.filter(isSeen)),
  })
  return { ...event, told: { ...told, json } }
}

/** Texts may have these words too: those are only looked at in vain. */
const NAMES_OTHERS = /"(flow_collection|source_collection|collected_by)":/

/** Nothing is said of a list with nothing in it, as ever. */
const listed = (name: string, items: readonly unknown[] | undefined) =>
  items && { [name]: items.length > 0 ? items : undefined }
