import { z } from 'zod'

const Time = z.iso.datetime({ offset: true })

/** What `PositionOrTimeText` takes, as far as a pattern can say: for readers of the document. */
const PATTERN =
  '^([0-9]{1,15}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2}))$'

/** One text rather than a union, so that a fault is told as one. */
export const PositionOrTimeText = z
  .string()
  .refine((text) => /^[0-9]{1,15}$/.test(text) || Time.safeParse(text).success, {
    error: 'must be a position of the log, or a time such as 2026-11-21T03:30:00Z',
  })
  .meta({ pattern: PATTERN, examples: ['1024', '2026-11-21T03:30:00Z'], 'x-framelog-extension': true })

/** The parameter of every read that can be answered from the log's past. */
export const asOfQuery = {
  as_of: PositionOrTimeText.describe(
    'Answer as things were then: when the event log was at this position, or at this time. What has been ' +
      'deleted since is there again. URLs are made now, for what still has its bytes. The answer’s ' +
      '`Framelog-Position` is the position it tells of.',
  ).exactOptional(),
}

export const asOfHeaders = {
  'Framelog-Position': z.int().describe('Of an answer about the past: the position of the log it tells of.'),
}
