import type { ObjectRole } from '../../contracts/events/object-events.ts'
import type { EventContext } from '../../contracts/events/recorded-event.ts'
import type { ObjectPost } from '../../contracts/resources/object-post.ts'
import { decideObject, type ObjectRejection } from '../../domain/media-object/media-object.ts'
import type { CommandServices } from './command-services.ts'
import { type LabelRejection, refuseLabels } from './refuse-labels.ts'
import { objectStream } from './stream-kind.ts'

export type RegisterObjectOutcome =
  | { readonly refused: ObjectRejection | LabelRejection }
  | { readonly registered: true }

/** Makes an object that is kept elsewhere known ahead of its use. */
export function registerObject(services: CommandServices, context: EventContext, post: ObjectPost) {
  const { id: object_id, role = 'media', get_urls, timerange, key_frame_count, init_object_id } = post
  return services.run(context, async (unit): Promise<RegisterObjectOutcome> => {
    const object = await unit.load(objectStream, object_id)
    const registration = {
      ...(timerange !== undefined && { timerange }),
      ...(init_object_id !== undefined && { init_object_id }),
      ...(key_frame_count !== undefined && { key_frame_count }),
    }
    const decision = decideObject(
      { type: 'RegisterObject', object_id, role: role satisfies ObjectRole, registration, get_urls },
      object.state,
    )
    if (!decision.accepted) return { refused: decision.rejection }
    const refused = refuseLabels(services.storageBackends, get_urls)
    if (refused) return { refused }
    if (init_object_id !== undefined) {
      const init = await unit.load(objectStream, init_object_id)
      const use = decideObject({ type: 'ReferenceInit', object_id: init_object_id, count: 1 }, init.state)
      if (!use.accepted) return { refused: use.rejection }
      init.append(use.events)
    }
    object.append(decision.events)
    return { registered: true }
  })
}
