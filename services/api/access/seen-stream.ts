import { createHash } from 'node:crypto'
import { type Access, isGranted } from '../../../domain/access/access.ts'
import type { AccessQueries } from '../../catalog/access-queries.ts'
import type { StreamRequest } from '../../event-streams/event-stream.ts'
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
    wants: (event) => isGranted(access, event.context.auth_classes, 'read') && (!wants || wants(event)),
    urls: {
      ...urls,
      key: `${urls.key} ${keyOf(access)}`,
      seenBy: { key: keyOf(access), see: (event) => seenEvent(event, access.known, reader()) },
    },
  }
}

/** The same for all who see the same. */
const keyOf = ({ known }: Access): string =>
  createHash('sha256')
    .update(JSON.stringify([...known].sort()))
    .digest('base64url')
