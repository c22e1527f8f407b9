import { z } from 'zod'
import { ErrorBody } from './error.ts'
import { Principal } from './free-text.ts'
import { ObjectId } from './object-id.ts'
import { DateTimeText, TimeRangeText } from './time-text.ts'
import { Uuid } from './uuid.ts'

/** @see TAMS deletion-request.json */
export const DeletionRequest = z
  .object({
    id: Uuid.describe('This deletion.'),
    flow_id: Uuid.describe('The Flow it deletes, or deletes from.'),
    timerange_to_delete: TimeRangeText.describe('The part of the timeline to be emptied.'),
    timerange_remaining: TimeRangeText.describe('The part still to be emptied.').exactOptional(),
    delete_flow: z.boolean().describe('Whether the Flow itself goes too.'),
    created: DateTimeText.describe('When it was asked for.').exactOptional(),
    created_by: Principal.describe('Who asked for it.').exactOptional(),
    updated: DateTimeText.describe('When it last got further.').exactOptional(),
    expiry: DateTimeText.describe('When it will be forgotten.').exactOptional(),
    held_until: DateTimeText.meta({
      description: 'When it begins: until then the Flow can be had back (`POST /flows/{flowId}/restore`).',
      'x-framelog-extension': true,
    }).exactOptional(),
    status: z.enum(['created', 'started', 'done', 'error']),
    error: ErrorBody.describe('Why it failed, where it did.').exactOptional(),
  })
  .meta({ id: 'DeletionRequest', description: 'A deletion that goes on after its request was answered.' })

export type DeletionRequest = z.infer<typeof DeletionRequest>

/** Ours: TAMS makes deletion requests only of DELETEs. A Flow goes whole or stays. */
export const DeletionRequestPost = z
  .strictObject({
    flow_id: Uuid.describe('The Flow to delete, or to delete from.'),
    timerange: TimeRangeText.describe(
      'Only Flow Segments that are wholly within it; all unless given.',
    ).exactOptional(),
    object_id: ObjectId.describe('Only Flow Segments of this Media Object.').exactOptional(),
    delete_flow: z.boolean().describe('Whether the Flow itself goes too; not unless given.').exactOptional(),
    held: z
      .boolean()
      .describe(
        'With `delete_flow`: `false` has it begin at once, and the Flow cannot be had back. A deletion that is ' +
          'held back already is held no longer.',
      )
      .exactOptional(),
  })
  .refine(
    ({ delete_flow, timerange = '_', object_id }) =>
      delete_flow !== true || (timerange === '_' && object_id === undefined),
    {
      path: ['delete_flow'],
      error: 'takes all Flow Segments with it: no timerange or object_id goes with it',
    },
  )
  .refine(({ delete_flow, held }) => held === undefined || delete_flow === true, {
    path: ['held'],
    error: 'is of a Flow: delete_flow goes with it',
  })
  .meta({ id: 'DeletionRequestPost', description: 'A deletion to be carried out.' })

export type DeletionRequestPost = z.infer<typeof DeletionRequestPost>
