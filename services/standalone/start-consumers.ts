import type { CommandServices } from '../commands/command-services.ts'
import { type Config, outboundPolicy } from '../config/config.ts'
import { startCopying } from '../copying/copy-service.ts'
import { keysInUse } from '../copying/keys-in-use.ts'
import { type DeletionSaga, startDeletionSaga } from '../deletion/deletion-saga.ts'
import { patientClock } from '../deletion/patient-clock.ts'
import { drainUndrainedFlows } from '../deletion/undrained-flows.ts'
import { startMeasuring } from '../measuring/measuring-service.ts'
import type { Logger } from '../observability/logger.ts'
import type { Metrics } from '../observability/metrics.ts'
import type { RetentionMetrics } from '../observability/retention-metrics.ts'
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
  /** None where retention is off. */
  readonly retentionMetrics: RetentionMetrics | undefined
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
  const running: { stop(): Promise<void> }[] = []
  const begun = <T extends { stop(): Promise<void> }>(consumer: T): T => {
    running.push(consumer)
    return consumer
  }
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((consumer) => consumer.stop()))
  }

  async function start(): Promise<DeletionSaga> {
    begun(await drainUndrainedFlows(log, commands, logger))
    const deletions = begun(
      await startDeletionSaga({
        log,
        commands,
        keptForSeconds: config.DELETION_RETENTION_SECONDS,
        now: patientClock(),
        logger,
        segmentsDeleted: metrics.segmentsDeleted,
      }),
    )
    begun(await startRetiring(log, commands, logger))
    begun(await startExpiring(log, commands, config.MIN_OBJECT_TIMEOUT_SECONDS, logger))
    for (const backend of commands.storageBackends.all) {
      const urlLifetimeSeconds = config.MIN_PRESIGNED_URL_TIMEOUT_SECONDS + URL_MARGIN_SECONDS
      begun(await removeLateUploads(log, backend, { urlLifetimeSeconds, logger }))
    }
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
    begun({ stop: () => copying.stop().finally(outbound.close) })
    begun(
      startPurgeService({
        log,
        commands,
        untilFree: keys.free,
        logger,
        purged: metrics.purged,
        purgeFailed: metrics.purgeFailed,
      }),
    )
    begun(await startMeasuring({ log, commands, logger, count: metrics.objectsMeasured }))
    const retention = retentionOf(tools)
    if (retention) begun(retention)
    begun(
      startSweeping({
        backends: commands.storageBackends.all,
        logger,
        ended: metrics.halfUploadsEnded,
      }),
    )
    return deletions
  }

  try {
    const deletions = await start()
    return { openDeletions: deletions.open, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function retentionOf({ log, commands, config, logger, metrics, retentionMetrics }: ConsumerTools) {
  const { RETENTION: mode, RETENTION_EVERY_SECONDS: everySeconds } = config
  if (mode === 'off' || !retentionMetrics) return undefined
  const { segmentsDeleted } = metrics
  const services = { log, commands, mode, now: Date.now, logger, segmentsDeleted }
  return startRetention({ ...services, metrics: retentionMetrics }, everySeconds)
}
