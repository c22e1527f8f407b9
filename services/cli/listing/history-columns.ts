import { z } from 'zod'
import { type Column, column } from './table.ts'

/** What the table shows of an entry in a history: whatever else there is, and whatever is missing, is no fault. */
export const ListedEntry = z.looseObject({
  time: z.string(),
  by: z.string().nullish(),
  position: z.number(),
  type: z.string(),
  changes: z.array(z.looseObject({ path: z.string() })).optional(),
  segments: z
    .looseObject({
      count: z.number().optional(),
      timerange: z.string(),
      object_id: z.string().optional(),
    })
    .optional(),
  tag: z.looseObject({ object_id: z.string(), name: z.string() }).optional(),
  flow_id: z.string().optional(),
})
export type ListedEntry = z.infer<typeof ListedEntry>

export const HISTORY_COLUMNS: readonly Column<ListedEntry>[] = [
  column('time', ({ time }) => time),
  column('position', ({ position }) => position),
  column('by', ({ by }) => by),
  column('what', ({ type }) => type.replaceAll('_', ' ')),
  column('of it', detailOf),
]

/** Of a change, which properties; of segments and their tags, which; of a Source's Flows, which. */
function detailOf({ changes, segments, tag, flow_id }: ListedEntry): string | undefined {
  if (changes) return changes.map(({ path }) => path).join(' ')
  if (tag) return `${tag.name} ${tag.object_id}`
  if (segments) return [segments.count, segments.timerange, segments.object_id].filter(isThere).join(' ')
  return flow_id
}

const isThere = (value: unknown): boolean => value !== undefined
