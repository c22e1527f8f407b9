import { BooleanText } from '../http/query-text.ts'

export const SORT_BY = 'Times sort newest first, labels A to Z. Where the value is not set, by id and last.'

export const reverseOrder = BooleanText.default(false).describe('The other way round.')
