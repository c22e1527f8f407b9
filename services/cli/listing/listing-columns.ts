import { z } from 'zod'
import { type Column, column } from './table.ts'

/** What the tables show of Sources and Flows: whatever else there is, and whatever is missing, is no fault. */
export const ListedResource = z.looseObject({
  id: z.string(),
  format: z.string().optional(),
  label: z.string().optional(),
  codec: z.string().optional(),
  container: z.string().optional(),
  source_id: z.string().optional(),
})
export type ListedResource = z.infer<typeof ListedResource>

export const ListedSegment = z.looseObject({
  timerange: z.string(),
  object_id: z.string(),
  ts_offset: z.string().optional(),
  key_frame_count: z.number().optional(),
})
export type ListedSegment = z.infer<typeof ListedSegment>

export const SOURCE_COLUMNS: readonly Column<ListedResource>[] = [
  column('id', ({ id }) => id),
  column('format', ({ format }) => shortFormat(format)),
  column('label', ({ label }) => label),
]

export const FLOW_COLUMNS: readonly Column<ListedResource>[] = [
  column('id', ({ id }) => id),
  column('format', ({ format }) => shortFormat(format)),
  column('codec', ({ codec }) => codec),
  column('container', ({ container }) => container),
  column('source', ({ source_id }) => source_id),
  column('label', ({ label }) => label),
]

export const SEGMENT_COLUMNS: readonly Column<ListedSegment>[] = [
  column('timerange', ({ timerange }) => timerange),
  column('object', ({ object_id }) => object_id),
  column('offset', ({ ts_offset }) => ts_offset),
  column('key frames', ({ key_frame_count }) => key_frame_count),
]

/** `urn:x-nmos:format:video` is video to people. */
function shortFormat(format: string | undefined): string | undefined {
  return format?.split(':').at(-1)
}
