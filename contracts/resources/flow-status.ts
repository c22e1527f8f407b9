import { z } from 'zod'

export const FlowStatus = z
  .enum(['awaiting_content', 'ingesting', 'replication_in_progress', 'closed_complete'])
  .meta({
    id: 'FlowStatus',
    description: 'How far the client that fills the Flow says it is. A hint: the client may have gone away.',
  })

export type FlowStatus = z.infer<typeof FlowStatus>
