import type { DeleteSourceRejection } from '../../commands/delete-source.ts'
import { accessTellings } from '../access/access-rejections.ts'
import { flowTellings } from '../flows/flow-rejections.ts'
import type { Tellings } from '../http/telling.ts'

export const sourceTellings: Tellings<DeleteSourceRejection> = {
  source_format_differs: {
    status: 400,
    summary: ({ source_id, format }) => `format: the source ${source_id} is ${format}`,
  },
  source_not_found: { status: 404, summary: () => 'there is no such source' },
  source_exists: { status: 409, summary: () => 'id: a source has it already' },
  source_has_flows: {
    status: 409,
    summary: ({ flow_ids }) =>
      flow_ids.length === 0
        ? 'the source has flows that are not shown to you, which have to go first'
        : `the source has ${flow_ids.length} flows, which have to go first, or with it (cascade=true): ` +
          `${flow_ids.slice(0, 5).join(', ')}${flow_ids.length > 5 ? ' and more' : ''}`,
  },
  source_has_too_many_flows: {
    status: 409,
    summary: ({ count, max }) =>
      `the source has ${count} flows, and no more than ${max} can go at once: delete flows first`,
  },
  source_flow_read_only: { status: 403, summary: ({ flow_id }) => `the flow ${flow_id} is read-only` },
  source_tag_not_found: { status: 404, summary: () => 'the source has no such tag' },
  tags_refused: flowTellings.tags_refused,
  ...accessTellings,
}
