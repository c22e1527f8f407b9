import type { EventContext } from '../../contracts/events/recorded-event.ts'
import { streamName } from '../../contracts/events/stream-name.ts'
import type { FlowMetadata } from '../../contracts/resources/flow.ts'
import type { NonEmptyRange } from '../../contracts/time/timerange.ts'
import {
  FLOW_RETENTION,
  type RetainedFlow,
  retentionFindings,
  SEGMENT_RETENTION,
} from '../../domain/retention/retention.ts'
import type { CatalogReader } from '../catalog/catalog-reader.ts'
import type { FlowRow } from '../catalog/flow-queries.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { CommandServices } from './command-services.ts'
import { deleteFlows } from './delete-flow.ts'
import { deleteSelected } from './delete-segments.ts'
import { flowStream, timelineStream } from './stream-kind.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/** What went, or why nothing did. */
export type RetentionOutcome =
  | { readonly left: 'not_due' | 'deletion_under_way' }
  | {
      readonly gone: 'flow' | 'segments'
      /** How many segments went at once. */
      readonly deleted: number
      /** The deletion that removes the others. */
      readonly deletion_id?: string
    }

/**
 * Deletes what the retention tags of a Flow say is to go, as a client's DELETE would. Decided on the Flow and
 * its timeline as they are in the log: whoever changes a tag, writes metadata or registers a segment first has
 * it decided again.
 * @see TAMS AppNote 0019
 */
export function actOnRetention(
  services: CommandServices,
  log: Pick<EventLog, 'readStream'>,
  context: EventContext,
  flow_id: string,
  nowMs: number,
) {
  return services.run(context, async (unit): Promise<RetentionOutcome> => {
    const retained = await retainedInLog(services, log, unit, flow_id)
    for (const finding of retained ? retentionFindings(retained, nowMs) : []) {
      if (!('due' in finding)) continue
      if (finding.due === 'flow') return deleteWhole(services, unit, flow_id)
      return deleteDue(services, unit, flow_id, finding.range)
    }
    return { left: 'not_due' }
  })
}

/** A Flow that was brought back as it was counts as changed just then: or it would be gone again at once. */
async function retainedInLog(
  { catalog }: CommandServices,
  log: Pick<EventLog, 'readStream'>,
  unit: UnitOfWork,
  flow_id: string,
): Promise<RetainedFlow | undefined> {
  const flow = await unit.load(flowStream, flow_id)
  if (flow.state.status !== 'live') return undefined
  await unit.load(timelineStream, flow_id)
  await catalog.reached(await unit.confirm())
  const row = catalog.reader.flow(flow_id)
  if (!row) return undefined
  const retained = retainedFlow(catalog.reader, row)
  if (!Object.hasOwn(retained.tags, FLOW_RETENTION)) return retained
  const [last] = await log.readStream(streamName.flow(flow_id), flow.revision, 1)
  return { ...retained, metadata_updated_ms: Math.max(row.updated_ms, last?.timeMs ?? 0) }
}

async function deleteWhole(
  services: CommandServices,
  unit: UnitOfWork,
  flow_id: string,
): Promise<RetentionOutcome> {
  const outcome = await deleteFlows(services, unit, [flow_id])
  if ('refused' in outcome) return { left: 'not_due' }
  const [deletion_id] = outcome.deletion_ids
  return { gone: 'flow', deleted: outcome.deleted, ...(deletion_id !== undefined && { deletion_id }) }
}

/** A deletion that is under way may be of these very segments: asking for them again each time helps nobody. */
async function deleteDue(
  services: CommandServices,
  unit: UnitOfWork,
  flow_id: string,
  range: NonEmptyRange,
): Promise<RetentionOutcome> {
  if (services.catalog.reader.isLosingSegments(flow_id)) return { left: 'deletion_under_way' }
  const outcome = await deleteSelected(services, unit, flow_id, { range })
  if ('refused' in outcome) return { left: 'not_due' }
  return { gone: 'segments', deleted: 0, ...outcome }
}

/** What retention goes by, of a Flow in the catalog. */
export function retainedFlow(reader: CatalogReader, row: FlowRow): RetainedFlow {
  const { tags = {}, read_only = false }: Pick<FlowMetadata, 'tags' | 'read_only'> = JSON.parse(row.document)
  const ends = Object.hasOwn(tags, SEGMENT_RETENTION) ? reader.timelineEnds(row.id) : undefined
  return {
    tags,
    read_only,
    created_ms: row.created_ms,
    metadata_updated_ms: row.updated_ms,
    segments_updated_ms: row.segments_updated_ms,
    ...(ends && { ends }),
  }
}
