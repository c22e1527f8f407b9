import type { EventContext } from '../../contracts/events/recorded-event.ts'
import type { ObjectRejection } from '../../domain/media-object/media-object.ts'
import type { CommandServices } from './command-services.ts'
import { retireObject } from './retire-object.ts'

export type DeleteObjectOutcome = { readonly refused: ObjectRejection } | { readonly deleted: true }

/** Deletes an object that nothing refers to, be it registered or only allocated. */
export function deleteObject({ run }: CommandServices, context: EventContext, object_id: string) {
  return run(context, async (unit): Promise<DeleteObjectOutcome> => {
    const outcome = await retireObject(unit, object_id)
    if ('refused' in outcome) return outcome
    return outcome.retired ? { deleted: true } : { refused: { reason: 'object_not_found', object_id } }
  })
}
