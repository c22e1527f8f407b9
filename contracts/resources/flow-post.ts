import type { z } from 'zod'
import { flowCommonShape } from './flow-common.ts'
import { flowBody } from './flow-put.ts'

/** A new Flow. */
export const FlowPost = flowBody(flowCommonShape.id.exactOptional(), 'Post').meta({
  id: 'FlowPost',
  description: 'A Flow as PUT takes it, but for its `id`: the service makes one unless given.',
})

export type FlowPost = z.infer<typeof FlowPost>
