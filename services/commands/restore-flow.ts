import type { CollectionPlace, FlowRestored } from '../../contracts/events/flow-events.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { streamName } from '../../contracts/events/stream-name.ts'
import type { FlowMetadata } from '../../contracts/resources/flow.ts'
import { decideDeletion } from '../../domain/deletion/deletion.ts'
import { decideFlow, type FlowRejection, refuseRestore } from '../../domain/flow/flow.ts'
import { decideSource, type SourceCommand, type SourceRejection } from '../../domain/source/source.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { CommandServices } from './command-services.ts'
import type { CommandContext } from './event-context.ts'
import { type FlowLife, flowLifeBefore, sourceLifeBefore } from './life-before.ts'
import { refuseFlow, refuseSource } from './refuse-access.ts'
import { deletionStream, flowStream, sourceStream, timelineStream } from './stream-kind.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export type RestoreServices = CommandServices & { readonly log: EventLog }

export type RestoreFlowRejection = FlowRejection | SourceRejection | FlowCollectedTooOften

export type FlowCollectedTooOften = { readonly reason: 'flow_collected_too_often'; readonly max: number }

export type RestoreFlowOutcome = { readonly refused: RestoreFlowRejection } | { readonly restored: true }

/** Bounds what one event holds, and how many streams are read for it. */
const MAX_COLLECTORS = 1000

/**
 * Brings a deleted Flow back as it was, as long as its deletion has not begun: its segments are all there still.
 * It does not begin at the same time: both write to the deletion's stream, and whoever comes second sees the other.
 * @param kept_for_seconds how long the deletion that is called off can be looked at
 */
export function restoreFlow(
  services: RestoreServices,
  context: CommandContext,
  flow_id: string,
  kept_for_seconds: number,
) {
  return services.run(context, async (unit): Promise<RestoreFlowOutcome> => {
    const stream = await unit.load(flowStream, flow_id)
    const { access } = context
    const refused =
      refuseFlow(access, stream.state, 'delete') ??
      // It is shown then.
      refuseFlow(access, stream.state, 'read') ??
      refuseRestore(stream.state)
    if (refused) return { refused }
    if (stream.state.status !== 'deleted' || !stream.state.before) throw new Error('it was deleted')
    const { flow, deletion_id } = stream.state.before
    const deletion = await unit.load(deletionStream, deletion_id)
    if (deletion.state.status !== 'held') return { refused: { reason: 'flow_gone' } }

    const was = await stateBefore(services, unit, flow)
    if ('reason' in was) return { refused: was }
    const source = await unit.load(sourceStream, flow.source_id)
    const barred = refuseSource(access, source.state, 'write')
    if (barred) return { refused: barred }
    const attached = decideSource(await attachment(services, unit, flow), source.state)
    if (!attached.accepted) return { refused: attached.rejection }
    const restored = decideFlow({ type: 'RestoreFlow', was }, stream.state)
    if (!restored.accepted) return { refused: restored.rejection }
    const cancelled = decideDeletion(
      { type: 'CancelDeletion', deletion_id, kept_for_seconds },
      deletion.state,
    )
    // A log that is cut short in between has a deletion of a flow that is there: the saga gives that one up.
    source.append(attached.events)
    stream.append(restored.events)
    if (cancelled.accepted) deletion.append(cancelled.events)
    return { restored: true }
  })
}

/** What the log tells of the Flow, and what others still say of it. */
async function stateBefore(
  { log, catalog }: RestoreServices,
  unit: UnitOfWork,
  flow: FlowMetadata,
): Promise<Omit<FlowRestored['data'], 'flow'> | FlowCollectedTooOften> {
  const members = new Set((flow.flow_collection ?? []).map(({ id }) => id))
  members.delete(flow.id)
  await unit.preload(flowStream, [...members])
  for (const id of members) await unit.load(flowStream, id)
  const timeline = await unit.load(timelineStream, flow.id)
  await catalog.reached(await unit.confirm())

  const life = await flowLifeBefore(log, flow.id)
  // One that was made later is another flow of that id.
  const left_members = [...members].filter(
    (id) => (catalog.reader.createdPosition(id) ?? Number.POSITIVE_INFINITY) > life.updated_position,
  )
  const collectors = catalog.reader.everCollectedBy(flow.id, MAX_COLLECTORS + 1)
  if (collectors.length > MAX_COLLECTORS) return { reason: 'flow_collected_too_often', max: MAX_COLLECTORS }
  const collected_by = await placesIn(log, unit, collectors, flow.id, life)
  return {
    ...life,
    ...(left_members.length > 0 && { left_members }),
    ...(collected_by.length > 0 && { collected_by }),
    segments_updated_ms: await segmentsUpdated(log, flow.id, timeline.revision, life),
  }
}

/** The places of a Flow in the collections of those that have named it and are there. */
async function placesIn(
  log: EventLog,
  unit: UnitOfWork,
  collectors: readonly string[],
  flow_id: string,
  { created_position }: FlowLife,
): Promise<readonly CollectionPlace[]> {
  const others = collectors.filter((id) => id !== flow_id)
  await unit.preload(flowStream, others)
  const found: { readonly id: string; readonly revision: number; readonly places: CollectionPlace[] }[] = []
  for (const id of others) {
    const { state, revision } = await unit.load(flowStream, id)
    const collection = state.status === 'live' ? (state.flow.flow_collection ?? []) : []
    const places = collection
      .map((item, place) => ({ flow_id: id, place, item }))
      .filter(({ item }) => item.id === flow_id)
    if (places.length > 0) found.push({ id, revision, places })
  }
  if (found.length > 0) await unit.confirm()
  const collected: CollectionPlace[] = []
  for (const { id, revision, places } of found) {
    const [last] = await log.readStream(streamName.flow(id), revision, 1)
    // What was said before this flow was made names another of its id.
    if (last && saidAt(last) >= created_position) collected.push(...places)
  }
  return collected
}

/** Where in the log the metadata was said that a Flow has after this event. */
const saidAt = (event: RecordedEvent): number =>
  event.type === 'FlowRestored' ? event.data.updated_position : event.position

/** When the segments last changed in this life of the Flow: a deletion of some may have gone on without it. */
async function segmentsUpdated(
  log: EventLog,
  flow_id: string,
  revision: number,
  { created_position }: FlowLife,
): Promise<number | null> {
  if (revision < 0) return null
  const [last] = await log.readStream(streamName.timeline(flow_id), revision, 1)
  return last && last.position > created_position ? last.timeMs : null
}

/** A Source that is there has the Flow attached as it is now. */
async function attachment(
  { log }: RestoreServices,
  unit: UnitOfWork,
  flow: FlowMetadata,
): Promise<SourceCommand> {
  const { id: flow_id, source_id, format } = flow
  const { state } = await unit.load(sourceStream, source_id)
  if (state.status === 'live') return { type: 'AttachFlow', flow_id, described: { id: source_id, format } }
  await unit.confirm()
  return { type: 'ReattachFlow', flow_id, was: await sourceLifeBefore(log, source_id, format) }
}
