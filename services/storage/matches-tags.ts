import type { Tags } from '../../contracts/resources/tags.ts'

/** Filters by tag: all have to hold. */
export type TagFilter = {
  /** Values by tag name: one of them has to be there. */
  readonly tagValues?: ReadonlyMap<string, readonly string[]>
  /** By tag name: whether it has to be there, or must not. */
  readonly tagExists?: ReadonlyMap<string, boolean>
}

/** @see TAMS `tag.{name}`, `tag_exists.{name}` */
export function matchesTags({ tagValues, tagExists }: TagFilter, tags: Tags): boolean {
  for (const [name, wanted] of tagValues ?? []) {
    const values = [tags[name] ?? []].flat()
    if (!values.some((value) => wanted.includes(value))) return false
  }
  for (const [name, exists] of tagExists ?? []) {
    if (Object.hasOwn(tags, name) !== exists) return false
  }
  return true
}
