import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { type Fields, type RowColumns, selectList, unquotedOrNull } from './row-columns.ts'

export type SourceRow = {
  readonly id: string
  readonly document: string
  readonly created_ms: number
  readonly created_by: string | null
  readonly updated_ms: number
  readonly updated_by: string | null
  /** The items of its collection, as JSON separated by commas. */
  readonly collection: string | null
  /** Ids of the sources that collect it, likewise. */
  readonly collected_by: string | null
}

export type CollectedSource = { readonly id: string; readonly role: string | null }

export type SourceQueries = {
  source(id: string): SourceRow | undefined
  /** The Sources that the collections of this Source's Flows make it a collection of, in their order. */
  sourceCollection(id: string): readonly CollectedSource[]
  sourceCollectedBy(id: string): readonly string[]
}

const collectionOf = (source: string): string => `
  SELECT member_source_id AS id, item ->> 'role' AS role, min(place) AS place FROM flow_members m
  WHERE m.source_id = ${source} AND m.member_source_id <> m.source_id GROUP BY id ORDER BY place, id`

const collectorsOf = (source: string): string => `
  SELECT DISTINCT source_id AS id FROM flow_members m
  WHERE m.member_source_id = ${source} AND m.source_id <> m.member_source_id ORDER BY id`

/** Few sources have a collection or are in one, so others are spared the search. */
export const SOURCE_COLUMNS = {
  id: 'sources.id',
  document: 'sources.document',
  created_ms: 'sources.created_ms',
  created_by: 'sources.created_by',
  updated_ms: 'sources.updated_ms',
  updated_by: 'sources.updated_by',
  collection: `CASE WHEN sources.collects THEN (
    SELECT group_concat(iif(role IS NULL, json_object('id', id), json_object('id', id, 'role', role)))
    FROM (${collectionOf('sources.id')})) END`,
  collected_by: `CASE WHEN sources.collected THEN (
    SELECT group_concat(json_quote(id)) FROM (${collectorsOf('sources.id')})) END`,
} as const satisfies RowColumns<SourceRow>

/** A row of a page, whose fields are those of SOURCE_COLUMNS, in their order. */
export function sourceOfFields(fields: Fields): SourceRow {
  const [id, document, created_ms, created_by, updated_ms, updated_by, collection, collected_by] =
    fields as string[]
  return {
    id: id!,
    document: document!,
    created_ms: Number(created_ms),
    created_by: unquotedOrNull(created_by!),
    updated_ms: Number(updated_ms),
    updated_by: unquotedOrNull(updated_by!),
    collection: collection || null,
    collected_by: collected_by || null,
  }
}

export function sourceQueries(database: DatabaseSyncInstance): SourceQueries {
  const source = database.prepare(`SELECT ${selectList(SOURCE_COLUMNS)} FROM sources WHERE id = ?`)
  const collection = database.prepare(collectionOf('?'))
  const collectedBy = database.prepare(collectorsOf('?'))
  return {
    source: (id) => source.get(id) as SourceRow | undefined,
    sourceCollection: (id) => collection.all(id) as CollectedSource[],
    sourceCollectedBy: (id) => (collectedBy.all(id) as { id: string }[]).map((row) => row.id),
  }
}
