import { pagingQuery } from '../http/paging.ts'
import { BooleanText } from '../http/query-text.ts'

/** Fewer than of other lists: an entry may hold all that a Flow's metadata may. */
export const MAX_HISTORY_LIMIT = 100

export const historyQuery = {
  reverse_order: BooleanText.default(false).describe('Latest first.'),
  ...pagingQuery,
}
