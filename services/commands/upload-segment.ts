import type { FlowSegmentPost } from '../../contracts/resources/flow-segment.ts'
import type { FlowRejection } from '../../domain/flow/flow.ts'
import type { StorageBackend } from '../storage/storage-backends.ts'
import { type AllocatedObject, allocateStorage } from './allocate-storage.ts'
import type { CommandServices } from './command-services.ts'
import { deleteObject } from './delete-object.ts'
import { type CommandContext, childContext } from './event-context.ts'
import { registerSegments, type SegmentRejection } from './register-segments.ts'

export type UploadSegment = {
  readonly flow_id: string
  readonly segment: FlowSegmentPost
  readonly backend: StorageBackend
  readonly nowMs: number
  /** Stores the media; throws where it does not come whole. */
  readonly store: (object: AllocatedObject) => Promise<void>
}

export type UploadSegmentOutcome =
  | { readonly refused: FlowRejection | SegmentRejection }
  | { readonly registered: true; readonly position: number }

/**
 * Sets storage aside for a new object, has its media stored there, and registers the segment that uses it:
 * all of it, or the object is deleted again. Where this process dies on the way, an allocation is left that
 * nothing uses.
 */
export async function uploadSegment(
  services: CommandServices,
  context: CommandContext,
  { flow_id, segment, backend, nowMs, store }: UploadSegment,
): Promise<UploadSegmentOutcome> {
  const { object_id } = segment
  const request = { flow_id, object_ids: [object_id], backend, nowMs }
  const { outcome } = await allocateStorage(services, context, request)
  if ('refused' in outcome) return outcome
  // Should the log be away as well, whoever clears unused allocations has it later.
  const discard = () => deleteObject(services, childContext(context, 2), object_id).catch(() => undefined)
  try {
    for (const object of outcome.allocated) await store(object)
    const registration = await registerSegments(services, childContext(context, 1), flow_id, [segment])
    const refused = refusalIn(registration.outcome)
    if (!refused) return { registered: true, position: registration.position }
    await discard()
    return { refused }
  } catch (error) {
    await discard()
    throw error
  }
}

const refusalIn = (
  outcome: Awaited<ReturnType<typeof registerSegments>>['outcome'],
): FlowRejection | SegmentRejection | undefined =>
  'refused' in outcome ? outcome.refused : outcome.failed[0]?.rejection
