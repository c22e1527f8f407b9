import { mkdirSync } from 'node:fs'
import { authClasses } from '../access/auth-classes.ts'
import { openAuthentication } from '../access/open-authentication.ts'
import { analyticsPosition } from '../analytics/analytics-reader.ts'
import type { ApiServices } from '../api/api-services.ts'
import { createApp } from '../api/app.ts'
import { guardedAccess } from '../api/media/guarded-access.ts'
import { mediaRouter } from '../api/media/media-router.ts'
import { plainAccess } from '../api/media/plain-access.ts'
import type { Checks } from '../api/operational/check-health.ts'
import { openCatalog } from '../catalog/catalog.ts'
import type { CommandServices } from '../commands/command-services.ts'
import { commandRunner } from '../commands/run-command.ts'
import { openStreamCache } from '../commands/stream-cache.ts'
import { type Config, localUrl, outboundPolicy } from '../config/config.ts'
import { logDir } from '../config/log-place.ts'
import { openEventStreams } from '../event-streams/open-event-streams.ts'
import { pastCatalogs } from '../history/past-catalogs.ts'
import { analyticsMetrics } from '../observability/analytics-metrics.ts'
import { consumerMetrics } from '../observability/consumer-metrics.ts'
import { eventStreamMetrics } from '../observability/event-stream-metrics.ts'
import type { Logger } from '../observability/logger.ts'
import { createMetrics } from '../observability/metrics.ts'
import { mirrorMetrics } from '../observability/mirror-metrics.ts'
import type { EventLog } from '../ports/event-log.ts'
import { lockFile } from '../process/file-lock.ts'
import { openBackends } from '../process/open-backends.ts'
import { startLog } from '../process/open-log.ts'
import { derivedKey, secretKey } from '../process/secret-key.ts'
import { VERSION } from '../process/version.ts'
import { vastOverview } from '../projector/vast-overview.ts'
import { pendingPurges } from '../purging/pending-purges.ts'
import { sealer } from '../sealing/sealer.ts'
import { type StorageBackend, storageBackends } from '../storage/storage-backends.ts'
import { spanMetrics } from '../tracing/span-counts.ts'
import { startTracing, stopTracing } from '../tracing/tracing.ts'
import { type BesideApi, besideApi } from './beside-api.ts'
import { dataPaths } from './data-paths.ts'
import { guardOf } from './guard-of.ts'
import { listen } from './http-listener.ts'
import { tellOfCatalog } from './tell-of-catalog.ts'
import { readTls, tlsFilesOf } from './tls-files.ts'

export type Standalone = {
  /** Where clients reach it. */
  readonly url: string
  /** Answers what was asked, lets its consumers finish, and lets go of its files. */
  stop(): Promise<void>
}

const DRAIN_GRACE_MS = 10_000

/** Everything in one process: the API, its catalog, and every consumer of the log that is switched on. */
export async function startStandalone(config: Config, logger: Logger): Promise<Standalone> {
  mkdirSync(config.DATA_DIR, { recursive: true })
  await startTracing(config.tracing, 'api', logger)
  const paths = dataPaths(config)
  const unlock = lockFile(paths.catalog)
  const secret = secretKey(logDir(config), config.SECRET_KEY)

  const tls = tlsFilesOf(config)
  // Now, not when all else has started.
  if (tls) readTls(tls)
  let port = config.PORT
  const publicUrl = () => config.PUBLIC_URL ?? localUrl(config.HOST, port, tls !== undefined)
  // First, as they may stop the start.
  const signingKey = derivedKey(secret, 'media urls')
  const authentication = config.auth && (await openAuthentication(config.auth, logger))
  const backends = await openBackends({ config, publicUrl, signingKey, logger })
  const { log, mirror } = await startLog(config, logger, {
    appended: (...batch) => metrics.appended(...batch),
  })
  const catalog = await openCatalog(
    { catalogPath: paths.catalog, logLocation: paths.log, tracing: config.tracing },
    tellOfCatalog(logger),
  )
  let beside: BesideApi | undefined
  const metrics = createMetrics({
    logPosition: () => log.head(),
    catalogPosition: catalog.position,
    openDeletions: () => beside?.openDeletions() ?? 0,
    openCopies: () => catalog.reader.countOpenCopies(),
    pendingPurges: () => pendingPurges({ log, commands }, Date.now()),
  })

  const commands: CommandServices = {
    run: commandRunner(log, openStreamCache(log)),
    catalog,
    storageBackends: storageBackends(backends.all),
    mediaDeleteGraceSeconds: config.MEDIA_DELETE_GRACE,
  }
  const eventStreams = openEventStreams({
    log,
    catalog,
    storageBackends: commands.storageBackends,
    indexPath: paths.index,
    publicUrl,
    logger,
  })
  eventStreamMetrics(metrics.registry, eventStreams.streams.count)
  consumerMetrics(metrics.registry, () => log.head())
  const stopSpanMetrics = config.tracing && spanMetrics(metrics.registry)
  if (mirror) mirrorMetrics(metrics.registry, mirror)
  if (config.ANALYTICS_ENABLED) analyticsMetrics(metrics.registry, () => analyticsPosition(paths.views))
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
  const running = besideApi({ config, paths, log, commands, publicUrl, hasReaders: true, metrics, logger })
  beside = running
  const guard = guardOf(authentication, config, metrics.registry)
  const plain = plainAccess(catalog, backends.served)
  const app = createApp({
    services,
    dependencies: {
      ...dependenciesOf(log, backends.all, {
        ...(mirror && { event_log_mirror: mirror.check }),
        ...running.checks,
        ...authentication?.checks,
      }),
      moreMetrics: running.metrics,
    },
    eventStreams: { ...eventStreams.streams, max: config.EVENT_STREAMS_MAX },
    analytics: config.ANALYTICS_ENABLED ? { viewsPath: paths.views, catalogPath: paths.catalog } : undefined,
    vast: overview && { overview, projectorError: running.projectorError },
    media: mediaRouter({
      stores: [...backends.served.values()],
      unsignedAccess: guard ? guardedAccess(guard.identify, plain) : plain,
      bytesIn: metrics.mediaIn,
      bytesOut: metrics.mediaOut,
    }),
    guard,
    authClasses: config.authClasses && authClasses(config.authClasses),
    logger,
    metrics,
    exposeMetrics: config.METRICS_ENABLED,
    corsOrigins: config.CORS_ORIGINS,
    isSecure: publicUrl().startsWith('https:'),
    trustedProxies: config.TRUSTED_PROXIES,
    maxRequestsPerMinute: config.RATE_LIMIT_PER_MINUTE,
  })
  const listener = await listen(app, { host: config.HOST, port, tls, logger })
  port = listener.port
  await running.start()

  return {
    url: publicUrl(),
    stop: async () => {
      // They would never end by themselves.
      eventStreams.stop()
      await listener.drain(DRAIN_GRACE_MS)
      await running.stop()
      overview?.close()
      authentication?.stop()
      eventStreams.close()
      await catalog.close()
      await log.close()
      await stopTracing()
      stopSpanMetrics?.()
      backends.close()
      unlock()
    },
  }
}

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
