import { z } from 'zod'
import { Checksum } from '../../resources/checksum.ts'
import { DeletionRequest } from '../../resources/deletion-request.ts'
import { MediaObject } from '../../resources/media-object.ts'
import { ObjectId } from '../../resources/object-id.ts'
import { Uuid } from '../../resources/uuid.ts'
import { defineNotification } from './define-notification.ts'
import type { ExtensionEventType } from './public-event-type.ts'

const object_id = ObjectId.describe('The object.')
const storage_id = Uuid.describe('The Storage Backend.')
const deletionEvent = z.object({
  flow_delete_request: DeletionRequest.describe('The deletion request as it was from then on.'),
})

/** URLs outside this service may let anyone in who has them: they are not told. */
const instance = z.union([
  z.object({ object_id, storage_id }),
  z.object({ object_id, label: z.string().describe('Of a URL outside this service.') }),
])

/** What is told beyond TAMS, by its type. */
export const extensionNotifications = {
  'objects/allocated': defineNotification(
    'objects/allocated',
    'ObjectAllocatedNotification',
    z.object({
      object_id,
      flow_id: Uuid.describe('The Flow that may use it first.'),
      storage_id,
      content_type: z.string().describe('What is to be uploaded.'),
    }),
  ),
  'objects/created': defineNotification(
    'objects/created',
    'ObjectCreatedNotification',
    z.object({
      object: MediaObject.omit({ referenced_by_flows: true, get_urls: true }).describe(
        'What is fixed about it from then on.',
      ),
    }),
  ),
  'objects/measured': defineNotification(
    'objects/measured',
    'ObjectMeasuredNotification',
    z.object({ object_id, storage_id, size_bytes: z.int(), checksums: z.array(Checksum) }),
  ),
  'objects/instance_added': defineNotification(
    'objects/instance_added',
    'ObjectInstanceAddedNotification',
    instance,
  ),
  'objects/instance_removed': defineNotification(
    'objects/instance_removed',
    'ObjectInstanceRemovedNotification',
    instance,
  ),
  'objects/deleted': defineNotification(
    'objects/deleted',
    'ObjectDeletedNotification',
    z.object({ object_id }),
  ),
  'flow_delete_requests/created': defineNotification(
    'flow_delete_requests/created',
    'DeletionRequestCreatedNotification',
    deletionEvent,
  ),
  'flow_delete_requests/updated': defineNotification(
    'flow_delete_requests/updated',
    'DeletionRequestUpdatedNotification',
    deletionEvent,
  ),
  'flow_delete_requests/completed': defineNotification(
    'flow_delete_requests/completed',
    'DeletionRequestCompletedNotification',
    deletionEvent,
  ),
  'flow_delete_requests/failed': defineNotification(
    'flow_delete_requests/failed',
    'DeletionRequestFailedNotification',
    deletionEvent,
  ),
} as const satisfies Record<ExtensionEventType, z.ZodType>
