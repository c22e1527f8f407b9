import { BooleanText, ListText } from '../http/query-text.ts'

/** `tag.{name}` and `tag_exists.{name}` under a prefix, for what `filtered` says: "Only Flows". */
export function tagFilters<const Prefix extends string>(prefix: Prefix, filtered: string) {
  return {
    [`${prefix}tag.{name}`]: ListText.describe(
      `${filtered} whose tag {name} is one of these values, or has one of them among its own. Values match whole.`,
    ),
    [`${prefix}tag_exists.{name}`]: BooleanText.describe(
      `${filtered} that have a tag {name} (true), or have none (false).`,
    ),
  } as Record<`${Prefix}tag.{name}`, typeof ListText> &
    Record<`${Prefix}tag_exists.{name}`, typeof BooleanText>
}
