import { z } from 'zod'
import type { ResponseDefinition } from '../http/operation.ts'
import { DeletionRequest } from '../resources/deletion-request.ts'

/** A deletion that takes longer than a request should goes on by itself. */
export const deletionAccepted: ResponseDefinition = {
  description: 'The deletion goes on; it can be watched where `Location` says.',
  body: DeletionRequest,
  headers: { Location: z.string().describe('URL of the deletion request.') },
}
