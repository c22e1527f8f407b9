import type { ObjectEvent } from '../../contracts/events/object-events.ts'
import { type FlowRejection, refuseMedia } from '../../domain/flow/flow.ts'
import { decideObject, type ObjectRejection } from '../../domain/media-object/media-object.ts'
import type { ObjectState } from '../../domain/media-object/object-state.ts'
import type { StorageBackend } from '../storage/storage-backends.ts'
import type { CommandServices } from './command-services.ts'
import type { CommandContext } from './event-context.ts'
import { refuseFlow } from './refuse-access.ts'
import { flowStream, objectStream } from './stream-kind.ts'
import type { StreamHandle } from './unit-of-work.ts'

export type AllocateStorage = {
  readonly flow_id: string
  readonly object_ids: readonly string[]
  readonly backend: StorageBackend
  /** Absent: the Flow's container. */
  readonly content_type?: string
  /** Whether uploads come to presigned URLs (the default) or to plain ones (ADR 0054). */
  readonly presigned?: boolean
  readonly nowMs: number
}

export type AllocatedObject = {
  readonly object_id: string
  readonly key: string
  readonly content_type: string
}

export type AllocateStorageOutcome =
  | { readonly refused: FlowRejection | ObjectRejection }
  | { readonly allocated: readonly AllocatedObject[] }

/** Sets storage aside for new objects: all of them or none. @see TAMS POST_flows-flowId-storage */
export function allocateStorage({ run }: CommandServices, context: CommandContext, request: AllocateStorage) {
  const { flow_id, backend, nowMs } = request
  const plain = request.presigned === false ? ({ presigned: false } as const) : undefined
  return run(context, async (unit): Promise<AllocateStorageOutcome> => {
    const flow = await unit.load(flowStream, flow_id)
    const refused = refuseFlow(context.access, flow.state, 'write') ?? refuseMedia(flow.state)
    if (refused || flow.state.status !== 'live') return { refused: refused ?? { reason: 'flow_not_found' } }
    const content_type = request.content_type ?? flow.state.flow.container
    if (content_type === undefined) throw new Error('a flow that takes media has a container')

    await unit.preload(objectStream, request.object_ids)
    const decided: [StreamHandle<ObjectState, ObjectEvent>, readonly ObjectEvent[]][] = []
    const allocated = new Map<string, AllocatedObject>()
    for (const object_id of request.object_ids) {
      if (allocated.has(object_id)) return { refused: { reason: 'object_exists', object_id } }
      const key = backend.store.newKey(nowMs, object_id)
      const object = await unit.load(objectStream, object_id)
      const decision = decideObject(
        { type: 'AllocateObject', object_id, flow_id, storage_id: backend.id, key, content_type, ...plain },
        object.state,
      )
      if (!decision.accepted) return { refused: decision.rejection }
      decided.push([object, decision.events])
      allocated.set(object_id, { object_id, key, content_type })
    }
    for (const [object, events] of decided) object.appendBeside(events)
    return { allocated: [...allocated.values()] }
  })
}
