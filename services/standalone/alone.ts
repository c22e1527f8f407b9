import { mkdirSync } from 'node:fs'
import { openAuthentication } from '../access/open-authentication.ts'
import type { Checks } from '../api/operational/check-health.ts'
import { openCatalog } from '../catalog/catalog.ts'
import type { FollowerOptions } from '../catalog/follower-message.ts'
import type { CommandServices } from '../commands/command-services.ts'
import { type Config, localUrl } from '../config/config.ts'
import { hasOwnViews } from '../config/log-place.ts'
import { consumerMetrics } from '../observability/consumer-metrics.ts'
import type { Logger } from '../observability/logger.ts'
import { createMetrics } from '../observability/metrics.ts'
import { mirrorMetrics } from '../observability/mirror-metrics.ts'
import type { EventLog } from '../ports/event-log.ts'
import { type BesideService, openBesideService } from '../process/beside-service.ts'
import { lockFile } from '../process/file-lock.ts'
import { startLog } from '../process/open-log.ts'
import { VERSION } from '../process/version.ts'
import { pendingPurges } from '../purging/pending-purges.ts'
import { spanMetrics } from '../tracing/span-counts.ts'
import { startTracing, stopTracing } from '../tracing/tracing.ts'
import { type BesideApi, besideApi } from './beside-api.ts'
import { dataPaths } from './data-paths.ts'
import { guardOf } from './guard-of.ts'
import { listen } from './http-listener.ts'
import { operationsApp } from './operations-app.ts'
import { OPERATIONS_PORTS, onlyService, type ServiceName, TRACED_AS } from './service-name.ts'
import type { Standalone } from './standalone.ts'
import { tellOfCatalog } from './tell-of-catalog.ts'
import { readTls, tlsFilesOf } from './tls-files.ts'
import { openViewsApart } from './views-apart.ts'

const DRAIN_GRACE_MS = 2_000

/** One of the services in a process of its own, over the log that all share. It tells of itself, and serves nothing else. */
export async function startAlone(service: ServiceName, given: Config, logger: Logger): Promise<Standalone> {
  const config = onlyService(service, given)
  const tls = tlsFilesOf(config)
  if (tls) readTls(tls)
  await startTracing(config.tracing, TRACED_AS[service], logger)
  const authentication = config.auth && (await openAuthentication(config.auth, logger))
  mkdirSync(config.DATA_DIR, { recursive: true })
  const opened = await openFor(service, config, logger)
  const { log, mirror, commands, catalog } = opened
  let beside: BesideApi | undefined
  const metrics = createMetrics({
    logPosition: () => log.head(),
    catalogPosition: catalog.position,
    openDeletions: () => beside?.openDeletions() ?? 0,
    openCopies: () => commands?.catalog.reader.countOpenCopies() ?? 0,
    pendingPurges: async () => (commands ? await pendingPurges({ log, commands }, Date.now()) : []),
  })
  if (mirror) mirrorMetrics(metrics.registry, mirror)
  consumerMetrics(metrics.registry, () => log.head())
  const stopSpanMetrics = config.tracing && spanMetrics(metrics.registry)
  const running = besideApi({
    config,
    paths: dataPaths(config),
    log,
    commands,
    publicUrl: () => config.PUBLIC_URL ?? localUrl(config.HOST, config.PORT, tls !== undefined),
    hasReaders: false,
    metrics,
    logger,
  })
  beside = running
  const dependencies = {
    logPosition: () => log.head(),
    checks: { event_log: () => log.head() },
    storageChecks: {
      ...storageChecks(commands),
      ...(mirror && { event_log_mirror: mirror.check }),
      ...running.checks,
      ...authentication?.checks,
    },
    moreMetrics: running.metrics,
  }
  const app = operationsApp(
    { catalog, serviceVersion: VERSION },
    dependencies,
    config.METRICS_ENABLED ? metrics : undefined,
    guardOf(authentication, config, metrics.registry),
  )
  const port = config.OPERATIONS_PORT ?? OPERATIONS_PORTS[service]
  const listener = await listen(app, { host: config.HOST, port, tls, logger })
  await running.start()

  return {
    url: localUrl(config.HOST, listener.port, tls !== undefined),
    stop: async () => {
      await running.stop()
      await listener.drain(DRAIN_GRACE_MS)
      authentication?.stop()
      await opened.close()
      stopSpanMetrics?.()
      await stopTracing()
    },
  }
}

type Opened = Pick<BesideService, 'mirror'> & {
  readonly log: EventLog
  readonly commands: CommandServices | undefined
  readonly catalog: { position(): number }
  close(): Promise<void>
}

/** Those that give commands need what the API does; the others read the log and the catalog on threads of their own. */
async function openFor(service: ServiceName, config: Config, logger: Logger): Promise<Opened> {
  if (service === 'deletion' || service === 'commands') {
    const ownCatalog = hasOwnViews(config) ? keptHere(logger) : undefined
    const beside = await openBesideService(config, logger, ownCatalog)
    return { ...beside, catalog: beside.commands.catalog }
  }
  const { log, mirror } = await startLog(config, logger)
  const views = await openViewsApart(config, logger).catch(async (error: unknown) => {
    await log.close()
    throw error
  })
  return {
    log,
    mirror,
    commands: undefined,
    catalog: views.catalog,
    close: async () => {
      await views.close()
      await log.close()
    },
  }
}

const keptHere = (logger: Logger) => async (options: FollowerOptions) => {
  const unlock = lockFile(options.catalogPath)
  const catalog = await openCatalog(options, tellOfCatalog(logger))
  return {
    get reader() {
      return catalog.reader
    },
    position: catalog.position,
    reached: catalog.reached,
    close: () => catalog.close().finally(unlock),
  }
}

/** As the API tells of them. */
const storageChecks = (commands: CommandServices | undefined): Checks =>
  Object.fromEntries(
    (commands?.storageBackends.all ?? []).map(({ id, store }, _, all) => [
      all.length === 1 ? 'media_store' : `media_store:${id}`,
      () => store.check(),
    ]),
  )
