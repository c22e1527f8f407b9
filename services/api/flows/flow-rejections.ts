import type { FlowRejection } from '../../../domain/flow/flow.ts'
import type { UnknownProfile } from '../../../domain/profile/profile.ts'
import type { FlowBeingDeleted } from '../../commands/put-flow.ts'
import type { FlowCollectedTooOften } from '../../commands/restore-flow.ts'
import { accessTellings } from '../access/access-rejections.ts'
import { dateTime } from '../http/date-time.ts'
import type { Tellings } from '../http/telling.ts'

export const flowTellings: Tellings<
  | FlowRejection
  | UnknownProfile
  | FlowBeingDeleted
  | FlowCollectedTooOften
  | { readonly reason: 'flow_exists' }
> = {
  flow_not_found: { status: 404, summary: () => 'there is no such flow' },
  flow_read_only: { status: 403, summary: () => 'the flow is read-only' },
  flow_being_deleted: {
    status: 400,
    summary: ({ held_until_ms }) =>
      held_until_ms === undefined
        ? 'a flow of this id is being deleted: try again when its segments are gone'
        : `a flow of this id was deleted and is kept until ${dateTime(held_until_ms)}: restore it, or ask for its deletion again with held: false, which makes the id free when its segments are gone`,
  },
  flow_not_deleted: { status: 409, summary: () => 'the flow is there: there is nothing to restore' },
  flow_gone: {
    status: 409,
    summary: () => 'the flow was deleted for good: its segments are gone, or are going',
  },
  flow_collected_too_often: {
    status: 409,
    summary: ({ max }) => `more than ${max} flows have collected it: too many to find its places again`,
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
  ...accessTellings,
}
