import type { Access } from '../../../domain/access/access.ts'
import type { AccessQueries } from '../../catalog/access-queries.ts'

/** What a Flow's row and a Source's row tell of others. */
type References = { readonly collection: string | null; readonly collected_by: string | null }

type Item = { readonly id: string }

/** Of some ids, those that whoever asks may know of. */
export type KnownIds = (ids: readonly string[]) => ReadonlySet<string>

export const knownFlows =
  (access: Access, reader: AccessQueries): KnownIds =>
  (ids) =>
    reader.flowsOfClasses(ids, access.known)

export const knownSources =
  (access: Access, reader: AccessQueries): KnownIds =>
  (ids) =>
    reader.sourcesOfClasses(ids, access.known)

/** A row without what it tells of others that whoever asks may not know of; the row itself, for most. */
export function seenRow<R extends References>(row: R, known: KnownIds): R {
  const { collection, collected_by } = row
  if (collection === null && collected_by === null) return row
  const items = seenItems(JSON.parse(`[${collection ?? ''}]`) as Item[], known)
  const collectors = seenIds(JSON.parse(`[${collected_by ?? ''}]`) as string[], known)
  return { ...row, collection: asRow(items), collected_by: asRow(collectors) }
}

export const seenIds = (ids: readonly string[], known: KnownIds): readonly string[] => {
  const there = known(ids)
  return ids.filter((id) => there.has(id))
}

export const seenItems = <I extends Item>(items: readonly I[], known: KnownIds): readonly I[] => {
  const there = known(items.map(({ id }) => id))
  return items.filter(({ id }) => there.has(id))
}

/** As the catalog has lists: JSON without its brackets. */
const asRow = (values: readonly unknown[]): string | null =>
  values.length === 0 ? null : JSON.stringify(values).slice(1, -1)
