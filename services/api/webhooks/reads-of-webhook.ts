import type { WebhookReader } from '../../../contracts/events/webhook-events.ts'
import type { WebhookPut } from '../../../contracts/resources/webhook.ts'
import { type Access, isGranted, isKnown } from '../../../domain/access/access.ts'
import type { AccessQueries } from '../../catalog/access-queries.ts'
import { HttpRefusal } from '../http/http-refusal.ts'
import { refusalFor } from '../http/rejection.ts'

/** Whose permissions a webhook is told with. */
export const readerOf = ({ groups, read }: Access): WebhookReader => ({ groups, classes: [...read].sort() })

/**
 * Whoever asks to be told of some Flows or Sources has to be allowed to read them.
 * @throws HttpRefusal 404 where one of them is not there, or not for whoever asks, 403 where it may not be read
 * @see AppNote 0016
 */
export function requireReadOfFilters(reader: AccessQueries, access: Access, webhook: WebhookPut): void {
  const { flow_ids = [], flow_collected_by_ids = [], source_ids = [], source_collected_by_ids = [] } = webhook
  const named = [
    ...[...flow_ids, ...flow_collected_by_ids].map((id) => [id, reader.flowClasses(id)] as const),
    ...[...source_ids, ...source_collected_by_ids].map((id) => [id, reader.sourceClasses(id)] as const),
  ]
  for (const [id, classes] of named) {
    if (isGranted(access, classes, 'read')) continue
    if (classes && isKnown(access, classes))
      throw refusalFor({ reason: 'permission_missing', permission: 'read' })
    throw new HttpRefusal(404, 'not_found', `there is no flow or source ${id} to be told of`)
  }
}
