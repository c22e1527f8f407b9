import type { FlowRejection } from '../../../domain/flow/flow.ts'
import type { UnknownProfile } from '../../../domain/profile/profile.ts'
import type { Tellings } from '../http/telling.ts'

export const flowTellings: Tellings<
  | FlowRejection
  | UnknownProfile
  | { readonly reason: 'flow_being_deleted' }
  | { readonly reason: 'flow_exists' }
> = {
  flow_not_found: { status: 404, summary: () => 'there is no such flow' },
  flow_read_only: { status: 403, summary: () => 'the flow is read-only' },
  flow_being_deleted: {
    status: 400,
    summary: () => 'a flow of this id is being deleted: try again when its segments are gone',
  },
  profile_not_found: {
    status: 400,
    summary: ({ profile_id }) => `profile_id: there is no profile ${profile_id}`,
  },
  flow_exists: { status: 409, summary: () => 'id: a flow has it already' },
  flow_container_missing: { status: 400, summary: () => 'the flow has no container, so it takes no media' },
  flow_format_fixed: {
    status: 400,
    summary: ({ format }) => `format: is ${format} for good; other media needs another flow`,
  },
  collected_flow_missing: {
    status: 400,
    summary: ({ flow_ids }) => `flow_collection: there is no flow ${flow_ids.slice(0, 5).join(', ')}`,
  },
  bit_rate_from_profile: {
    status: 400,
    summary: ({ profile_id }) =>
      `avg_bit_rate: is that of the profile ${profile_id}; take the flow off it first`,
  },
  tags_refused: { status: 400, summary: ({ fault }) => fault },
}
