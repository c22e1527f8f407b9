import { z } from 'zod'
import { WebhookEventType } from '../../resources/webhook.ts'

/** Of what TAMS has no notifications of. Webhooks are not told of these: TAMS names all that they can be told. */
export const ExtensionEventType = z.enum([
  'objects/allocated',
  'objects/created',
  'objects/measured',
  'objects/instance_added',
  'objects/instance_removed',
  'objects/deleted',
  'flow_delete_requests/created',
  'flow_delete_requests/updated',
  'flow_delete_requests/completed',
  'flow_delete_requests/failed',
])

export type ExtensionEventType = z.infer<typeof ExtensionEventType>

export const PublicEventType = z
  .enum([...WebhookEventType.options, ...ExtensionEventType.options])
  .meta({ id: 'PublicEventType', description: 'What others can be told of.' })

export type PublicEventType = z.infer<typeof PublicEventType>

export const isExtension = (type: PublicEventType): type is ExtensionEventType =>
  ExtensionEventType.safeParse(type).success
