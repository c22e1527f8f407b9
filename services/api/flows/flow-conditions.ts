import type { OperationRequest } from '../../../contracts/http/operation.ts'
import type { getFlows } from '../../../contracts/operations/get-flows.ts'
import { parseTimeRange } from '../../../contracts/time/timerange.ts'
import {
  columnIs,
  flowCollectedBy,
  flowHasContentIn,
  tagExists,
  tagIsOneOf,
} from '../../catalog/conditions.ts'
import type { Condition } from '../../catalog/list-queries.ts'

type Asked = OperationRequest<typeof getFlows>

/** The filters of a list of Flows: a Flow passes all of them. @see TAMS GET_flows */
export function flowConditions(
  query: Asked['query'],
  tagValues: ReadonlyMap<string, readonly string[]>,
  tagPresence: ReadonlyMap<string, boolean>,
): readonly Condition[] {
  const { init_segments, collected_by_ids } = query
  return [
    ...columnIs('source_id', query.source_id),
    ...columnIs('format', query.format),
    ...columnIs('codec', query.codec),
    ...columnIs('profile_id', query.profile_id),
    ...columnIs('label', query.label),
    ...columnIs('status', query.status),
    ...columnIs('frame_width', query.frame_width),
    ...columnIs('frame_height', query.frame_height),
    ...columnIs('init_segments', init_segments === undefined ? undefined : Number(init_segments)),
    ...(collected_by_ids ? [flowCollectedBy(collected_by_ids)] : []),
    ...flowHasContentIn(parseTimeRange(query.timerange)),
    ...[...tagValues].map(([name, values]) => tagIsOneOf('flows', name, values)),
    ...[...tagPresence].map(([name, exists]) => tagExists('flows', name, exists)),
  ]
}
