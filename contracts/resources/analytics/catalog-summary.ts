import { z } from 'zod'
import { DateTimeText } from '../time-text.ts'
import { Count, Duration, valueOfDimension } from './view-fields.ts'

/** Not in TAMS. */
export const CatalogSummary = z
  .object({
    ...valueOfDimension('resources', 'deletion_requests', 'position', 'ingest'),
    count: Count.nullable().describe('How many resources there are; or a position of the event log.'),
    hour: DateTimeText.nullable().describe('Of `ingest`: when the hour began, UTC.'),
    segments: Count.nullable().describe('Flow Segments that were registered in the hour.'),
    segments_removed: Count.nullable().describe('Those that went.'),
    objects: Count.nullable().describe('Objects that were registered or used first.'),
    duration: Duration.nullable().describe('Of the Flow Segments that were registered.'),
  })
  .meta({ id: 'CatalogSummary', description: 'One fact about the whole service.' })

export type CatalogSummary = z.infer<typeof CatalogSummary>
