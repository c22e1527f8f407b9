import { randomUUID } from 'node:crypto'
import { retentionFindings, SKIPPED } from '../../domain/retention/retention.ts'
import { CatalogBehind } from '../catalog/catalog.ts'
import { actOnRetention } from '../commands/act-on-retention.ts'
import { commandContext } from '../commands/event-context.ts'
import type { RetentionCounts } from '../observability/retention-metrics.ts'
import { LogUnavailable } from '../ports/event-log.ts'
import type { RetentionServices } from './retention-services.ts'
import { taggedFlows } from './tagged-flows.ts'
import { tellFinding } from './tell-finding.ts'
import type { ToldFindings } from './told-findings.ts'

/** Who deletes, as events and deletion requests tell it. */
export const RETENTION_ACTOR = 'framelog:retention'

/**
 * Goes once through all flows with retention tags, and deletes, or in a dry run tells, what is due.
 * @returns what it found; it ends early, after the flow it is at, where `signal` says so
 * @throws LogUnavailable, CatalogBehind: the other flows would fare no better
 */
export async function retentionRound(
  services: RetentionServices,
  told: ToldFindings,
  signal: AbortSignal,
): Promise<RetentionCounts> {
  const due = { flow: 0, segments: 0 }
  const skipped: Record<string, number> = { failed: 0 }
  for (const reason of SKIPPED) skipped[reason] = 0
  for await (const flow of taggedFlows(services.commands.catalog)) {
    if (signal.aborted) break
    const findings = retentionFindings(flow.retained, services.now())
    for (const finding of findings) {
      if ('due' in finding) due[finding.due]++
      else skipped[finding.skipped]!++
      tellFinding(services, told, flow, finding)
    }
    if (services.mode !== 'on' || !findings.some((finding) => 'due' in finding)) continue
    if (!(await act(services, flow.id))) skipped['failed']!++
  }
  return { due, skipped }
}

/** @returns whether it could be tried: a flow that cannot be deleted now must not keep others from it. */
async function act(services: RetentionServices, flow_id: string): Promise<boolean> {
  const { log, commands, now, logger, metrics, segmentsDeleted } = services
  const context = commandContext(randomUUID(), RETENTION_ACTOR)
  const about = { flow_id, correlation_id: context.correlationId }
  try {
    const { outcome } = await actOnRetention(commands, log, context, flow_id, now())
    if ('left' in outcome) return true
    const { gone, ...how } = outcome
    metrics.deleted(gone, outcome.deleted)
    segmentsDeleted(outcome.deleted)
    // A loop recording has some segments due in every round.
    if (gone === 'flow') logger.info({ ...about, ...how }, 'retention deleted a flow')
    else logger.debug({ ...about, ...how }, 'retention deleted segments')
    return true
  } catch (error) {
    if (error instanceof LogUnavailable || error instanceof CatalogBehind) throw error
    logger.warn({ err: error, ...about }, 'retention could not delete what is due of a flow')
    return false
  }
}
