import { createHash } from 'node:crypto'
import { type Access, isGranted, type Permission } from '../../../domain/access/access.ts'
import type { AccessQueries } from '../../catalog/access-queries.ts'
import type { StreamRequest } from '../../event-streams/event-stream.ts'
import type { PublicEvent } from '../../public-events/public-event.ts'
import { seenEvent } from '../../public-events/seen-event.ts'

/**
 * A stream of what whoever asks may read: of events of Flows and Sources that were of such a class from then on,
 * or, where they went, until then. Of objects, which have no classes, it does not tell.
 * @param access as it is when the stream is opened
 */
export function seenStream(
  request: StreamRequest,
  access: Access,
  reader: () => AccessQueries,
): StreamRequest {
  const { wants, urls } = request
  return {
    ...request,
    wants: (event) =>
      isGranted(access, event.context.auth_classes, permissionFor(event)) && (!wants || wants(event)),
    urls: {
      ...urls,
      key: `${urls.key} ${keyOf(access)}`,
      seenBy: { key: keyOf(access), see: (event) => seenEvent(event, access.known, reader()) },
    },
  }
}

/** Of deletion requests those are told who may look at them. @see AppNote 0016 */
const permissionFor = ({ type }: Pick<PublicEvent, 'type'>): Permission =>
  type.startsWith('flow_delete_requests/') ? 'delete' : 'read'

/** The same for all who see the same. */
const keyOf = ({ known }: Access): string =>
  createHash('sha256')
    .update(JSON.stringify([...known].sort()))
    .digest('base64url')
