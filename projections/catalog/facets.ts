import type { Tags } from '../../contracts/resources/tags.ts'

/**
 * What lists can be filtered by, said as facts about a Flow or a Source: `["codec","video/h264"]`,
 * `["tag","genre","news"]`. A filter is a set of facts of which one must hold (docs/decisions/0017).
 */
export type Facet = string

/** Columns that filters compare with a value. */
export const FACET_COLUMNS = [
  'source_id',
  'format',
  'codec',
  'profile_id',
  'label',
  'status',
  'frame_width',
  'frame_height',
  'init_segments',
] as const

type Described = { readonly tags?: Tags }

const facet = (...words: readonly (string | number)[]): Facet => JSON.stringify(words)

export const columnFacet = (column: string, value: string | number): Facet => facet(column, value)
export const tagFacet = (name: string, value: string): Facet => facet('tag', name, value)
export const tagExistsFacet = (name: string): Facet => facet('tag_exists', name)
export const collectedByFacet = (id: string): Facet => facet('collected_by', id)
/** In no collection. */
export const UNCOLLECTED = facet('collected_by')
/** A Flow without segments. */
export const EMPTY = facet('empty')

/** Exactly these tags: who lacks a tag is found among the sets that lack it. */
export const tagSetFacet = (names: readonly string[]): Facet => facet('tags', ...names)

/** The names of the tags, in one order whatever the client's. */
export const tagNames = ({ tags }: Described): readonly string[] => Object.keys(tags ?? {}).sort()

/** The facts in a row's columns. */
export const columnFacets = (row: Readonly<Record<string, unknown>>): readonly Facet[] =>
  FACET_COLUMNS.flatMap((column) => {
    const value = row[column]
    return typeof value === 'string' || typeof value === 'number' ? [columnFacet(column, value)] : []
  })

/** The facts in its tags. Values of a list are facts each. */
export function tagFacets(described: Described): readonly Facet[] {
  const names = tagNames(described)
  const { tags = {} } = described
  return [
    ...names.flatMap((name) => [tags[name]!].flat().map((value) => tagFacet(name, value))),
    ...names.map(tagExistsFacet),
    tagSetFacet(names),
  ]
}

export const collectionFacets = (collectedBy: readonly string[]): readonly Facet[] =>
  collectedBy.length === 0 ? [UNCOLLECTED] : collectedBy.map(collectedByFacet)
