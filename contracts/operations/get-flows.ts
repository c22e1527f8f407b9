import { z } from 'zod'
import { defineOperation } from '../http/operation.ts'
import { listHeaders, pagingQuery } from '../http/paging.ts'
import { BooleanText, IntegerText, UuidListText } from '../http/query-text.ts'
import { ContentFormat } from '../resources/content-format.ts'
import { Flow } from '../resources/flow.ts'
import { FlowStatus } from '../resources/flow-status.ts'
import { MimeType } from '../resources/mime-type.ts'
import { TimeRangeText } from '../resources/time-text.ts'
import { Uuid } from '../resources/uuid.ts'
import { invalidQuery } from './common-responses.ts'
import { reverseOrder, SORT_BY } from './list-order.ts'
import { tagFilters } from './tag-filters.ts'

export const getFlows = defineOperation({
  operationId: 'GET_flows',
  method: 'get',
  path: '/flows',
  tag: 'Flows',
  summary: 'List Flows',
  query: {
    source_id: Uuid.describe('Only Flows of this Source.').exactOptional(),
    timerange: TimeRangeText.default('_').describe(
      'Only Flows with a Flow Segment in this timerange. `()` gives Flows without any, `_` all Flows.',
    ),
    format: ContentFormat.describe('Only Flows of this format.').exactOptional(),
    codec: MimeType.describe('Only Flows of this codec.').exactOptional(),
    profile_id: Uuid.describe('Only Flows of this Profile.').exactOptional(),
    label: z.string().describe('Only Flows with this label.').exactOptional(),
    status: FlowStatus.describe('Only Flows of this status.').exactOptional(),
    frame_width: IntegerText.describe('Only video Flows of this width.').exactOptional(),
    frame_height: IntegerText.describe('Only video Flows of this height.').exactOptional(),
    init_segments: BooleanText.describe('Only Flows that use init objects, or only others.').exactOptional(),
    collected_by_ids: UuidListText.describe(
      'Only Flows that one of these collects; empty, only those that none collects.',
    ).exactOptional(),
    sort_by: z.enum(['created', 'metadata_updated', 'label']).default('created').describe(SORT_BY),
    reverse_order: reverseOrder,
    ...pagingQuery,
  },
  queryPatterns: tagFilters('', 'Only Flows'),
  responses: {
    200: { description: 'A page of them.', body: z.array(Flow), headers: listHeaders },
    400: invalidQuery,
  },
})
