import { z } from 'zod'
import type { ResponseDefinition } from '../http/operation.ts'
import { ListText } from '../http/query-text.ts'
import { TimeRangeText } from '../resources/time-text.ts'
import { Uuid } from '../resources/uuid.ts'

/** An Arrow IPC stream (https://arrow.apache.org/docs/format/Columnar.html). */
export const ARROW_STREAM = 'application/vnd.apache.arrow.stream'

/** Which Flows a view is about. */
export const flowChoice = {
  flow_id: Uuid.describe('Only this Flow.').exactOptional(),
  source_id: Uuid.describe('Only Flows of this Source.').exactOptional(),
}

export const timerangeChoice = (description: string) => TimeRangeText.default('_').describe(description)

export const flowTags = {
  'tag.{name}': ListText.describe(
    'Only Flows whose tag {name} is one of these values, or has one of them among its own.',
  ),
} as const

export const viewHeaders = {
  'Framelog-Position': z
    .int()
    .describe(
      'The position of the event log that the view is of. A request that sends it sees at least that.',
    ),
}

/** @param row of the view @param headers beside its position */
export const viewResponses = (row: z.ZodType, headers: Readonly<Record<string, z.ZodType>> = {}) => ({
  200: {
    description: 'Its rows; as an Arrow IPC stream where that is asked for.',
    body: z.array(row),
    alsoAs: [ARROW_STREAM],
    headers: { ...viewHeaders, ...headers },
  } satisfies ResponseDefinition,
  400: {
    description:
      'A query parameter is wrong or unknown, or more Flows are meant than one answer adds up (10,000).',
  },
  406: { description: 'Neither JSON nor an Arrow IPC stream is accepted.' },
  503: {
    description: 'The views are being built.',
    headers: { 'Retry-After': z.int().describe('Seconds.') },
  },
})
