import type { SourceMetadata } from '../../contracts/events/source-events.ts'
import type { FlowMetadata } from '../../contracts/resources/flow.ts'
import type { ProfileFlowPut } from '../../contracts/resources/flow-put.ts'
import { type Access, refuseNew } from '../../domain/access/access.ts'
import { isOpen } from '../../domain/deletion/deletion.ts'
import { decideFlow, type FlowRejection, type FlowState } from '../../domain/flow/flow.ts'
import { flowOfProfile, type UnknownProfile } from '../../domain/profile/profile.ts'
import { decideSource, type SourceRejection } from '../../domain/source/source.ts'
import { isTimelineEmpty } from '../../domain/timeline/timeline.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { hiddenMembers, missingFlows } from './collection-members.ts'
import type { CommandServices } from './command-services.ts'
import type { CommandContext } from './event-context.ts'
import { refuseFlow, refuseSource, refuseTagChange } from './refuse-access.ts'
import { deletionStream, flowStream, profileStream, sourceStream, timelineStream } from './stream-kind.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export type PutFlowOutcome =
  | {
      readonly refused:
        | FlowRejection
        | SourceRejection
        | UnknownProfile
        | FlowBeingDeleted
        | { readonly reason: 'flow_exists' }
    }
  | { readonly created: boolean }

export type FlowBeingDeleted = {
  readonly reason: 'flow_being_deleted'
  /** Until when it can be had back, UTC milliseconds, where it can. */
  readonly held_until_ms?: number
}

/** With its technical metadata, or with a Profile that gives it. */
export type AskedFlow = FlowMetadata | ProfileFlowPut

/** Creates or replaces a Flow, and its Source with it. @see TAMS PUT_flows-flowId */
export const putFlow = (services: CommandServices, context: CommandContext, flow: AskedFlow) =>
  writeFlow(services, context, flow, true)

/** Creates a Flow whose id nobody has. */
export const createFlow = (services: CommandServices, context: CommandContext, flow: AskedFlow) =>
  writeFlow(services, context, flow, false)

function writeFlow(
  services: CommandServices,
  context: CommandContext,
  asked: AskedFlow,
  mayReplace: boolean,
) {
  const { catalog } = services
  const { access } = context
  return services.run(context, async (unit): Promise<PutFlowOutcome> => {
    const whole = asked.format === undefined ? await expanded(unit, asked) : asked
    if ('reason' in whole) return { refused: whole }
    const said = withoutOldVersion(whole, catalog.reader.flow(asked.id)?.metadata_version)
    const stream = await unit.load(flowStream, said.id)
    const before = stream.state
    if (before.status === 'live' && !mayReplace) return { refused: { reason: 'flow_exists' } }
    const unpermitted = refusePut(access, before, said)
    if (unpermitted) return { refused: unpermitted }
    if (before.status === 'deleted') {
      const refused = await refuseUndrained(catalog, unit, said.id, before)
      if (refused) return { refused: refuseFlow(access, before, 'read') ? BEING_DELETED : refused }
    }
    const missingMembers = await missingFlows(unit, said, access)
    const flow = access ? await withHidden(services, unit, said, before, access) : said
    const decision = decideFlow({ type: 'PutFlow', flow, missingMembers }, before)
    if (!decision.accepted) return { refused: decision.rejection }

    const source = await unit.load(sourceStream, flow.source_id)
    const isMoved = before.status !== 'live' || before.flow.source_id !== flow.source_id
    const barred = isMoved ? refuseSource(access, source.state, 'write') : undefined
    if (barred) return { refused: barred }
    const attached = decideSource(
      { type: 'AttachFlow', flow_id: flow.id, described: sourceOf(flow) },
      source.state,
    )
    if (!attached.accepted) return { refused: attached.rejection }
    source.append(attached.events)
    stream.append(decision.events)
    if (before.status === 'live' && before.flow.source_id !== flow.source_id) {
      await detachFlow(unit, before.flow.source_id, flow.id)
    }
    return { created: before.status !== 'live' }
  })
}

/** What is there has to be writable, and what is not has to be of the request's classes. @see AppNote 0016 */
function refusePut(
  access: Access | undefined,
  before: FlowState,
  flow: FlowMetadata,
): FlowRejection | undefined {
  if (before.status !== 'live') return refuseNew(access, flow)
  return refuseFlow(access, before, 'write') ?? refuseTagChange(access, before.flow, flow)
}

/** Who replaces a collection does not remove from it what it was not shown. */
async function withHidden(
  services: CommandServices,
  unit: UnitOfWork,
  flow: FlowMetadata,
  before: FlowState,
  access: Access,
): Promise<FlowMetadata> {
  if (before.status !== 'live') return flow
  const hidden = await hiddenMembers(services, unit, before.flow, access)
  if (hidden.length === 0) return flow
  return { ...flow, flow_collection: [...(flow.flow_collection ?? []), ...hidden] }
}

const BEING_DELETED: FlowBeingDeleted = { reason: 'flow_being_deleted' }

/** Profiles never change, so what a Flow gets from one at its writing is what it would get at any reading. */
const expanded = async (unit: UnitOfWork, asked: ProfileFlowPut): Promise<FlowMetadata | UnknownProfile> =>
  flowOfProfile(asked, (await unit.load(profileStream, asked.profile_id)).state)

/** A flow that was read, changed and put back names the version it had: that asks for none (flow-common.json). */
function withoutOldVersion(flow: FlowMetadata, old: string | undefined): FlowMetadata {
  if (flow.metadata_version === undefined || flow.metadata_version !== old) return flow
  const { metadata_version: _, ...rest } = flow
  return rest
}

/** Takes a Flow from its Source, which goes with its last Flow. */
export async function detachFlow(unit: UnitOfWork, source_id: string, flow_id: string): Promise<void> {
  const source = await unit.load(sourceStream, source_id)
  const decision = decideSource({ type: 'DetachFlow', flow_id }, source.state)
  if (decision.accepted) source.append(decision.events)
}

/** An id is free once nothing is left of an earlier Flow's segments, nor of the chance to have it back. */
async function refuseUndrained(
  catalog: Catalog,
  unit: UnitOfWork,
  flow_id: string,
  { before }: Extract<FlowState, { status: 'deleted' }>,
): Promise<FlowBeingDeleted | undefined> {
  const timeline = await unit.load(timelineStream, flow_id)
  const isDrained = isTimelineEmpty(timeline.state)
  const deletion = before && (await unit.load(deletionStream, before.deletion_id)).state
  const isGraced = deletion && isOpen(deletion) && deletion.order.held_for_seconds !== undefined
  if (isDrained && !isGraced) return undefined
  const reason = 'flow_being_deleted'
  if (deletion?.status !== 'held') return { reason }
  const held_until_ms = catalog.reader.deletionRequest(before!.deletion_id)?.due_ms ?? undefined
  return { reason, ...(held_until_ms !== undefined && { held_until_ms }) }
}

/** A new Source is described as its first Flow is. @see AppNote 0007 */
const sourceOf = ({ source_id, format, label, description, tags }: FlowMetadata): SourceMetadata => ({
  id: source_id,
  format,
  ...(label !== undefined && { label }),
  ...(description !== undefined && { description }),
  ...(tags !== undefined && { tags }),
})
