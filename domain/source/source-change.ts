import type { SourceMetadata } from '../../contracts/events/source-events.ts'
import { type TagChange, withTag } from '../tags/set-tag.ts'

/** One property's new value; `undefined` unsets it. */
export type SourceChange =
  | { readonly property: 'label' | 'description'; readonly value: string | undefined }
  | TagChange

/** The Source with that change, and otherwise as it is. */
export function changedSource(source: SourceMetadata, change: SourceChange): SourceMetadata {
  if (change.property === 'tags') return withTag(source, change)
  const { [change.property]: _, ...rest } = source
  return change.value === undefined ? rest : { ...rest, [change.property]: change.value }
}
