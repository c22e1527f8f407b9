import { z } from 'zod'

const Check = z.object({
  ok: z.boolean(),
  detail: z
    .string()
    .describe('What is wrong; `standby` where another process does this, and all is well.')
    .exactOptional(),
})

/** Framelog's own: whether this process can do its work. */
export const Health = z
  .object({
    status: z
      .enum(['ok', 'degraded', 'unavailable'])
      .describe('`degraded`: a storage backend is down, so its media is out of reach; all else works.'),
    version: z.string().describe('The version of the software.'),
    uptime_seconds: z.number(),
    memory: z.object({ rss_bytes: z.int(), heap_used_bytes: z.int() }),
    log_position: z.int().describe('Position of the newest event in the log; -1 where it cannot be read.'),
    catalog: z.object({
      position: z.int().describe('Up to where reads include the log.'),
      lag_events: z.int().describe('How far that is behind it.'),
    }),
    checks: z.record(z.string(), Check).describe('The parts it depends on, by name.'),
  })
  .meta({ id: 'Health', description: 'Whether this process can do its work.' })

export type Health = z.infer<typeof Health>
