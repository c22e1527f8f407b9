import { z } from 'zod'
import { TableName, ViewName } from '../operations/get-analytics-table.ts'
import { Count } from './analytics/view-fields.ts'

const Endpoint = z.object({
  url: z.string(),
  healthy: z.boolean(),
  failures: Count.describe('Since it last answered.'),
  reason: z.string().describe('Why it was last left alone.').exactOptional(),
})

export const VastTableName = z.enum([...TableName.options, ...ViewName.options])

export type VastTableName = z.infer<typeof VastTableName>

const VastTable = z.object({
  name: VastTableName,
  rows: Count.describe('About how many.'),
  bytes: Count,
  sorted: z.boolean(),
})

/** Not in TAMS. */
export const VastStatus = z
  .object({
    configured: z.boolean().describe('Whether VAST_ENDPOINT is set.'),
    connected: z.boolean().describe('Whether it answered just now.'),
    version: z.string().nullable().describe('The server’s.'),
    bucket: z.string().nullable(),
    schema: z.string().nullable(),
    endpoints: z.array(Endpoint),
    tables: z.array(VastTable),
    projector: z.object({
      enabled: z.boolean().describe('Whether this process writes the tables.'),
      position: Count.nullable().describe('Position of the event log up to which the tables include it.'),
      lag_events: Count.nullable().describe('How far that is behind it.'),
      views_position: Count.nullable().describe('The same as position, of the tables of views.'),
      error: z.string().nullable().describe('What went wrong last, where it is this process that writes.'),
    }),
    error: z.string().nullable().describe('Why it is not connected.'),
  })
  .meta({ id: 'VastStatus', description: 'The tables in VAST DB, and how far they are.' })

export type VastStatus = z.infer<typeof VastStatus>

/** Not in TAMS. */
export const VastBuckets = z
  .object({ buckets: z.array(z.string()) })
  .meta({ id: 'VastBuckets', description: 'Names of the buckets that the credentials may see.' })

/** Not in TAMS. */
export const VastTableStats = z
  .object({
    name: VastTableName,
    rows: Count,
    bytes: Count,
    sorted: z.boolean().describe('Whether it has a sorting key.'),
    sorting_done: z.boolean().describe('Whether all rows are where the sorting key wants them.'),
    write_amplification: Count,
  })
  .meta({ id: 'VastTableStats', description: 'What VAST DB says of one table.' })
