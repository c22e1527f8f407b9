import type { CommandServices } from '../commands/command-services.ts'
import { type Config, outboundPolicy } from '../config/config.ts'
import { startCopying } from '../copying/copy-service.ts'
import { keysInUse } from '../copying/keys-in-use.ts'
import { startDeletionSaga } from '../deletion/deletion-saga.ts'
import { patientClock } from '../deletion/patient-clock.ts'
import { drainUndrainedFlows } from '../deletion/undrained-flows.ts'
import { startMeasuring } from '../measuring/measuring-service.ts'
import type { Logger } from '../observability/logger.ts'
import type { Metrics } from '../observability/metrics.ts'
import { retentionMetrics } from '../observability/retention-metrics.ts'
import { openOutbound } from '../outbound/outbound.ts'
import type { EventLog } from '../ports/event-log.ts'
import { removeLateUploads } from '../purging/late-uploads.ts'
import { startPurgeService } from '../purging/purge-service.ts'
import { startRetention } from '../retention/retention-service.ts'
import { startExpiring, startRetiring } from '../retiring/start-retiring.ts'
import { URL_MARGIN_SECONDS } from '../storage/url-lifetime.ts'
import { startSweeping } from '../sweeping/sweep-service.ts'

export type ConsumerTools = {
  readonly log: EventLog
  readonly commands: CommandServices
  readonly config: Config
  readonly logger: Logger
  readonly metrics: Metrics
}

export type RunningConsumers = {
  /** How many deletions are not over yet. */
  openDeletions(): number
  /** Lets what is under way come to its end. */
  stop(): Promise<void>
}

/** Everything that works by itself, beside the API: consumers of the log, and what looks around now and then. */
export async function startConsumers(tools: ConsumerTools): Promise<RunningConsumers> {
  const { log, commands, config, logger, metrics } = tools
  const undrained = await drainUndrainedFlows(log, commands, logger)
  const deletions = await startDeletionSaga({
    log,
    commands,
    keptForSeconds: config.DELETION_RETENTION_SECONDS,
    now: patientClock(),
    logger,
    segmentsDeleted: metrics.segmentsDeleted,
  })
  const retiring = await startRetiring(log, commands, logger)
  const expiring = await startExpiring(log, commands, config.MIN_OBJECT_TIMEOUT_SECONDS, logger)
  const lateUploads = await Promise.all(
    commands.storageBackends.all.map((backend) =>
      removeLateUploads(log, backend, {
        urlLifetimeSeconds: config.MIN_PRESIGNED_URL_TIMEOUT_SECONDS + URL_MARGIN_SECONDS,
        logger,
      }),
    ),
  )
  const outbound = openOutbound({ policy: outboundPolicy(config) })
  const keys = keysInUse()
  const copying = startCopying({
    log,
    commands,
    fetching: { outbound, maxBytes: config.MAX_OBJECT_BYTES },
    keys,
    logger,
    copied: metrics.copied,
    copyFailed: metrics.copyFailed,
  })
  const purging = startPurgeService({
    log,
    commands,
    untilFree: keys.free,
    logger,
    purged: metrics.purged,
    purgeFailed: metrics.purgeFailed,
  })
  const measuring = await startMeasuring({ log, commands, logger, count: metrics.objectsMeasured })
  const retention = retentionOf(tools)
  const sweeping = startSweeping({
    backends: commands.storageBackends.all,
    logger,
    ended: metrics.halfUploadsEnded,
  })
  const running = [
    undrained,
    deletions,
    retiring,
    expiring,
    ...lateUploads,
    copying,
    purging,
    measuring,
    retention,
    sweeping,
  ]
  return {
    openDeletions: deletions.open,
    stop: async () => {
      await Promise.all(running.map((consumer) => consumer?.stop()))
      await outbound.close()
    },
  }
}

function retentionOf({ log, commands, config, logger, metrics }: ConsumerTools) {
  const { RETENTION: mode, RETENTION_EVERY_SECONDS: everySeconds } = config
  if (mode === 'off') return undefined
  const { registry, segmentsDeleted } = metrics
  const services = { log, commands, mode, now: Date.now, logger, segmentsDeleted }
  return startRetention({ ...services, metrics: retentionMetrics(registry) }, everySeconds)
}
