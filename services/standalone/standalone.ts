import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openSqliteEventLog } from '../adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { analyticsPosition } from '../analytics/analytics-reader.ts'
import { startAnalyticsThread } from '../analytics/start-analytics-thread.ts'
import type { ApiServices } from '../api/api-services.ts'
import { createApp } from '../api/app.ts'
import { mediaRouter } from '../api/media/media-router.ts'
import { plainAccess } from '../api/media/plain-access.ts'
import type { Checks } from '../api/operational/check-health.ts'
import { openCatalog } from '../catalog/catalog.ts'
import type { CommandServices } from '../commands/command-services.ts'
import { commandRunner } from '../commands/run-command.ts'
import { openStreamCache } from '../commands/stream-cache.ts'
import { type Config, localUrl, outboundPolicy } from '../config/config.ts'
import { openEventStreams } from '../event-streams/open-event-streams.ts'
import { pastCatalogs } from '../history/past-catalogs.ts'
import { type CommandConsumer, startCommandConsumer } from '../kafka-commands/command-consumer.ts'
import { commandMetrics } from '../kafka-commands/command-metrics.ts'
import { analyticsMetrics } from '../observability/analytics-metrics.ts'
import { eventStreamMetrics } from '../observability/event-stream-metrics.ts'
import type { Logger } from '../observability/logger.ts'
import { createMetrics } from '../observability/metrics.ts'
import type { EventLog } from '../ports/event-log.ts'
import { lockFile } from '../process/file-lock.ts'
import type { MeasuredThread } from '../process/measured-thread.ts'
import { openBackends } from '../process/open-backends.ts'
import { derivedKey, secretKey } from '../process/secret-key.ts'
import { VERSION } from '../process/version.ts'
import { type ProjectorThread, startProjectorThread } from '../projector/start-projector-thread.ts'
import { vastOverview } from '../projector/vast-overview.ts'
import { startIndexThread } from '../public-events/start-index-thread.ts'
import { pendingPurges } from '../purging/pending-purges.ts'
import { startRelayThread } from '../relay/start-relay-thread.ts'
import { sealer } from '../sealing/sealer.ts'
import { type StorageBackend, storageBackends } from '../storage/storage-backends.ts'
import { startWebhookThread } from '../webhooks/start-webhook-thread.ts'
import { listen } from './http-listener.ts'
import { type RunningConsumers, startConsumers } from './start-consumers.ts'

export type Standalone = {
  /** Where clients reach it. */
  readonly url: string
  /** Answers what was asked, lets its consumers finish, and lets go of its files. */
  stop(): Promise<void>
}

const DRAIN_GRACE_MS = 10_000

/** Everything in one process: the API, its catalog, and every consumer of the log. */
export async function startStandalone(config: Config, logger: Logger): Promise<Standalone> {
  mkdirSync(config.DATA_DIR, { recursive: true })
  const paths = { log: join(config.DATA_DIR, 'events.db'), catalog: join(config.DATA_DIR, 'catalog.db') }
  const unlock = lockFile(paths.catalog)
  const secret = secretKey(config.DATA_DIR, config.SECRET_KEY)

  let port = config.PORT
  const publicUrl = () => config.PUBLIC_URL ?? localUrl(config.HOST, port)
  // First, as they may stop the start.
  const signingKey = derivedKey(secret, 'media urls')
  const backends = await openBackends({ config, publicUrl, signingKey, logger })
  const log = openSqliteEventLog({
    path: paths.log,
    metrics: { appended: (...batch) => metrics.appended(...batch) },
  })
  const catalog = await openCatalog(
    { catalogPath: paths.catalog, logLocation: paths.log },
    tellOfCatalog(logger),
  )
  let consumers: RunningConsumers | undefined
  let webhooks: MeasuredThread | undefined
  let relay: MeasuredThread | undefined
  const hasRelay = config.kafka?.relay.isEnabled === true
  let kafkaCommands: CommandConsumer | undefined
  const hasCommands = config.KAFKA_COMMANDS_ENABLED
  const metrics = createMetrics({
    logPosition: () => log.head(),
    catalogPosition: catalog.position,
    openDeletions: () => consumers?.openDeletions() ?? 0,
    openCopies: () => catalog.reader.countOpenCopies(),
    pendingPurges: () => pendingPurges({ log, commands }, Date.now()),
  })

  const commands: CommandServices = {
    run: commandRunner(log, openStreamCache(log)),
    catalog,
    storageBackends: storageBackends(backends.all),
    mediaDeleteGraceSeconds: config.MEDIA_DELETE_GRACE,
  }
  // Whoever tells webhooks keeps an index; where that is not this process, it has one of its own.
  const indexPath = join(config.DATA_DIR, config.WEBHOOKS_ENABLED ? 'public-events.db' : 'event-stream.db')
  const eventStreams = openEventStreams({
    log,
    catalog,
    storageBackends: commands.storageBackends,
    indexPath,
    publicUrl,
    logger,
  })
  eventStreamMetrics(metrics.registry, eventStreams.streams.count)
  const viewsPath = join(config.DATA_DIR, 'analytics.db')
  if (config.ANALYTICS_ENABLED) analyticsMetrics(metrics.registry, () => analyticsPosition(viewsPath))
  const services: ApiServices = {
    ...commands,
    log,
    pastCatalogs: pastCatalogs(),
    outboundPolicy: outboundPolicy(config),
    webhookKeys: sealer(derivedKey(secret, 'webhook keys')),
    deleteWaitMs: config.DELETE_WAIT_MS,
    deletionRetentionSeconds: config.DELETION_RETENTION_SECONDS,
    segmentsDeleted: metrics.segmentsDeleted,
    now: Date.now,
    publicUrl,
    serviceVersion: VERSION,
    minObjectTimeout: config.MIN_OBJECT_TIMEOUT_SECONDS,
    minPresignedUrlTimeout: config.MIN_PRESIGNED_URL_TIMEOUT_SECONDS,
  }
  const overview = config.vast && vastOverview(config.vast)
  let projector: ProjectorThread | undefined
  const app = createApp({
    services,
    dependencies: {
      ...dependenciesOf(log, backends.all, {
        ...(config.WEBHOOKS_ENABLED && { webhooks: async () => webhooks?.check() }),
        ...(hasRelay && { kafka_relay: async () => relay?.check() }),
        ...(hasCommands && { kafka_commands: async () => kafkaCommands?.check() }),
        ...(config.vast?.isProjecting && { vast_projector: async () => projector?.check() }),
      }),
      moreMetrics: async () =>
        (await Promise.all([webhooks, relay, projector].map((each) => each?.metrics() ?? ''))).join(''),
    },
    eventStreams: { ...eventStreams.streams, max: config.EVENT_STREAMS_MAX },
    analytics: config.ANALYTICS_ENABLED ? { viewsPath, catalogPath: paths.catalog } : undefined,
    vast: overview && { overview, projectorError: async () => projector?.error() },
    media: mediaRouter({
      stores: [...backends.served.values()],
      unsignedAccess: plainAccess(catalog, backends.served),
      bytesIn: metrics.mediaIn,
      bytesOut: metrics.mediaOut,
    }),
    logger,
    metrics,
    exposeMetrics: config.METRICS_ENABLED,
    corsOrigins: config.CORS_ORIGINS,
  })
  const listener = await listen(app, config.HOST, port)
  port = listener.port
  consumers = await startConsumers({ log, commands, config, logger, metrics })
  if (config.WEBHOOKS_ENABLED) webhooks = startWebhookThread({ publicUrl: publicUrl() }, logger)
  if (hasRelay) relay = startRelayThread({ publicUrl: publicUrl() }, logger)

  if (hasCommands && config.kafka) {
    kafkaCommands = startCommandConsumer({
      kafka: config.kafka,
      services: { ...commands, log },
      source: publicUrl,
      logger,
      metrics: commandMetrics(metrics.registry),
    })
  }

  const indexing = config.WEBHOOKS_ENABLED
    ? undefined
    : startIndexThread({ indexPath, logLocation: paths.log }, logger)
  const analytics = config.ANALYTICS_ENABLED
    ? startAnalyticsThread({ viewsPath, logLocation: paths.log }, logger)
    : undefined

  if (config.vast?.isProjecting) projector = startProjectorThread(logger)

  return {
    url: publicUrl(),
    stop: async () => {
      // They would never end by themselves.
      eventStreams.stop()
      await listener.drain(DRAIN_GRACE_MS)
      await Promise.all([
        consumers?.stop(),
        webhooks?.stop(),
        relay?.stop(),
        kafkaCommands?.stop(),
        indexing?.stop(),
        analytics?.stop(),
        projector?.stop(),
      ])
      overview?.close()
      eventStreams.close()
      await catalog.close()
      await log.close()
      backends.close()
      unlock()
    },
  }
}

const tellOfCatalog = (logger: Logger) => ({
  onProgress: (position: number, head: number) =>
    logger.info({ position, head, percent: Math.floor((100 * position) / head) }, 'building the catalog'),
  onRebuilt: (position: number) => logger.info({ position }, 'the catalog was built from the log'),
  onFailure: (error: Error) => logger.error({ err: error }, 'the catalog has stopped; it is started again'),
})

const dependenciesOf = (log: EventLog, backends: readonly StorageBackend[], telling: Checks) => ({
  logPosition: () => log.head(),
  checks: { event_log: () => log.head() },
  storageChecks: {
    ...Object.fromEntries(
      backends.map(({ id, store }) => [
        backends.length === 1 ? 'media_store' : `media_store:${id}`,
        () => store.check(),
      ]),
    ),
    ...telling,
  },
})
