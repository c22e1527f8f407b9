import { z } from 'zod'
import { Bytes, Count, Duration, valueOfDimension } from './view-fields.ts'

/** Not in TAMS. */
export const FlowUsage = z
  .object({
    ...valueOfDimension('total', 'format', 'codec', 'container', 'resolution', 'frame_rate', 'status'),
    flows: Count,
    flows_with_segments: Count,
    flows_without_bit_rate: Count.describe('Flows with Flow Segments whose bytes cannot be estimated.'),
    segments: Count,
    duration: Duration.describe('Of all Flow Segments together.'),
    estimated_bytes: Bytes.describe(
      'What the Flows’ average (or else peak) bit rates make of `duration`, rounded down.',
    ),
    objects: Count.describe('Media Objects that Flow Segments use, each once for every Flow that uses it.'),
    measured_objects: Count.describe('Those whose size is recorded.'),
    measured_bytes: Bytes.describe('What these have, in all.'),
    average_object_bytes: Bytes.nullable().describe('Rounded down.'),
  })
  .meta({ id: 'FlowUsage', description: 'How many Flows of one kind there are, and what they take up.' })

export type FlowUsage = z.infer<typeof FlowUsage>
