import { streamName } from '../../../contracts/events/stream-name.ts'
import type { SegmentPage, SegmentPageRequest } from '../../catalog/segment-queries.ts'
import { lastEventBy } from '../../history/last-event-by.ts'
import type { ApiServices } from '../api-services.ts'

/** A page of the segments a Flow had; none where the Flow was not there. */
export async function pastSegments(
  { log, catalog }: ApiServices,
  request: SegmentPageRequest,
  position: number,
): Promise<SegmentPage> {
  const last = await lastEventBy(log, streamName.flow(request.flow_id), position)
  if (!last || last.type === 'FlowDeleted') return { rows: [], next: undefined }
  return catalog.reader.pastPage(request, position)
}
