import { z } from 'zod'
import { ObjectId } from './object-id.ts'
import { TagName, TagValue } from './tags.ts'
import { DateTimeText, TimeRangeText } from './time-text.ts'

const Change = z
  .object({
    path: z.string().describe('Which property, as a JSON pointer (RFC 6901). Lists are compared whole.'),
    before: z.json().describe('Not there where the property was not.').exactOptional(),
    after: z.json().describe('Not there where the property is no more.').exactOptional(),
  })
  .meta({ id: 'HistoryChange', description: 'A property that was set, changed or unset.' })

const entryShape = {
  position: z.int().describe('Of the event in the log: `as_of` takes it.'),
  revision: z.int().describe('Of the event in its stream, from 0.'),
  time: DateTimeText.describe('When it was committed, UTC.'),
  by: z.string().nullable().describe('Who asked for it; null where nobody has to say who they are.'),
  request_id: z.string().describe('Of the request that led to it: the `X-Request-Id` of its answer.'),
}

const changes = z.array(Change).describe('What an update changed, by path.').exactOptional()

/** What happened to a Flow: an extension of ours. */
export const FlowHistoryEntry = z
  .object({
    ...entryShape,
    type: z.enum([
      'created',
      'updated',
      'deleted',
      'restored',
      'segments_added',
      'segments_deleted',
      'segments_tagged',
      'segments_untagged',
    ]),
    changes,
    segments: z
      .object({
        count: z.int().describe('How many were added.').exactOptional(),
        timerange: TimeRangeText.describe('From the first of them to the last.'),
        object_id: ObjectId.describe('Only segments of this object were deleted.').exactOptional(),
      })
      .describe('Of Flow Segments that came or went.')
      .exactOptional(),
    tag: z
      .object({
        object_id: ObjectId,
        name: TagName,
        value: TagValue.describe('Not there where the tag was removed.').exactOptional(),
      })
      .describe('Of all Flow Segments of an object.')
      .exactOptional(),
  })
  .meta({ id: 'FlowHistoryEntry', description: 'Something that happened to a Flow.' })

/** What happened to a Source: an extension of ours. */
export const SourceHistoryEntry = z
  .object({
    ...entryShape,
    type: z.enum(['created', 'updated', 'deleted', 'restored', 'flow_attached', 'flow_detached']),
    changes,
    flow_id: z.string().describe('The Flow that represents the Source, or does so no more.').exactOptional(),
  })
  .meta({ id: 'SourceHistoryEntry', description: 'Something that happened to a Source.' })

export type HistoryChange = z.infer<typeof Change>
export type FlowHistoryEntry = z.infer<typeof FlowHistoryEntry>
export type SourceHistoryEntry = z.infer<typeof SourceHistoryEntry>
