import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { authClasses } from '../access/auth-classes.ts'
import { followedCatalog } from '../catalog/followed-catalog.ts'
import { commandWebhook } from '../commands/command-webhook.ts'
import { commandContext } from '../commands/event-context.ts'
import { commandRunner } from '../commands/run-command.ts'
import { openStreamCache } from '../commands/stream-cache.ts'
import { type Config, outboundPolicy } from '../config/config.ts'
import { logDir } from '../config/log-place.ts'
import { fencedLog } from '../leases/fenced-log.ts'
import type { Tenure } from '../leases/tenure.ts'
import type { Logger } from '../observability/logger.ts'
import { openOutbound } from '../outbound/outbound.ts'
import { lockFile } from '../process/file-lock.ts'
import { openBackends } from '../process/open-backends.ts'
import { openLog } from '../process/open-log.ts'
import { derivedKey, secretKey } from '../process/secret-key.ts'
import { VERSION } from '../process/version.ts'
import { addedSegments } from '../public-events/added-segments.ts'
import { openEventIndex } from '../public-events/event-index.ts'
import { seenEvent } from '../public-events/seen-event.ts'
import { readableTo } from '../public-events/webhook-filter.ts'
import { sealer } from '../sealing/sealer.ts'
import { storageBackends } from '../storage/storage-backends.ts'
import { deliveryAttempt } from './attempt-delivery.ts'
import { RETRY_FIRST_MS, RETRY_MAX_MS } from './backoff.ts'
import { openDeliveryStore } from './delivery-store.ts'
import { type WebhookMetrics, webhookMetrics } from './webhook-metrics.ts'
import { startWebhookService, type WebhookService } from './webhook-service.ts'

export type RunningWebhooks = {
  /** Rejects where it cannot go on. */
  readonly ended: Promise<void>
  readonly metrics: WebhookMetrics
  stop(): Promise<void>
}

const STOP_GRACE_MS = 2_000
const CONNECT_TIMEOUT_MS = 5_000
const SILENCE_TIMEOUT_MS = 15_000
/** As many as requests are under way at a time, so that no receiver waits for another of the same server. */
const CONNECTIONS_PER_ORIGIN = 192
const MAX_ORIGINS = 10_000

/**
 * Tells webhooks of what happens, from the log and the catalog in the data directory, which someone else keeps.
 * @param publicUrl where clients reach the service
 * @param tenure how long this is the one who does it
 */
export async function runWebhooks(
  config: Config,
  publicUrl: string,
  tenure: Tenure,
  logger: Logger,
): Promise<RunningWebhooks> {
  const inData = (name: string) => join(config.DATA_DIR, name)
  const unlock = lockFile(inData('webhooks.db'))
  const secret = secretKey(logDir(config), config.SECRET_KEY)
  const backends = await openBackends({
    config,
    publicUrl: () => publicUrl,
    signingKey: derivedKey(secret, 'media urls'),
    logger,
    isUnasked: true,
  })
  // What writes the log locks out others meanwhile: it is there before this thread steps back, and does not step back with it.
  const log = fencedLog(openLog(config, { startsAtOnce: true }), tenure)
  const index = await openEventIndex(inData('public-events.db'), log)
  const store = openDeliveryStore(inData('webhooks.db'))
  const catalog = followedCatalog(inData('catalog.db'))
  const outbound = openOutbound({
    policy: outboundPolicy(config),
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    silenceTimeoutMs: SILENCE_TIMEOUT_MS,
    connectionsPerOrigin: CONNECTIONS_PER_ORIGIN,
    maxOrigins: MAX_ORIGINS,
  })
  const stopping = new AbortController()
  const stores = storageBackends(backends.all)
  const classes = config.authClasses && authClasses(config.authClasses)
  const run = commandRunner(log, openStreamCache(log))
  let service: WebhookService | undefined
  const metrics = webhookMetrics(() => service)

  const attempt = deliveryAttempt({
    outbound,
    keys: sealer(derivedKey(secret, 'webhook keys')),
    publicUrl: () => publicUrl,
    segments: async ({ told, position }, { settings, segment }) => {
      if (told.what !== 'segments') throw new Error(`no segments at position ${position}`)
      const reader = await catalog.at(position, stopping.signal)
      const tools = { reader, storageBackends: stores, nowMs: Date.now() }
      return addedSegments(tools, { position, ...told }, settings, segment)
    },
    seen: async (event, { settings }) => {
      const readable = readableTo(settings, classes)
      return readable ? seenEvent(event, readable, await catalog.at(event.position, stopping.signal)) : event
    },
    userAgent: `framelog/${VERSION}`,
    now: Date.now,
  })

  service = await startWebhookService({
    log,
    index,
    store,
    authClasses: classes,
    attempt: async (subscriber, event) => {
      const outcome = await attempt(subscriber, event)
      metrics.attempted(outcome.ok ? 'delivered' : 'failed', (Date.now() - event.timeMs) / 1000)
      return outcome
    },
    command: async (webhook_id, command) => {
      await commandWebhook({ run }, commandContext(randomUUID(), null), webhook_id, command)
    },
    retry: { firstMs: RETRY_FIRST_MS, maxMs: RETRY_MAX_MS, forMs: config.WEBHOOK_RETRY_FOR * 1000 },
    logger,
    now: Date.now,
  })

  return {
    ended: service.ended,
    metrics,
    stop: async () => {
      const stopped = service.stop()
      stopping.abort()
      await Promise.race([stopped, delay(STOP_GRACE_MS, undefined, { ref: false })])
      // What a receiver has not answered by now is sent again.
      await outbound.close()
      await stopped
      catalog.close()
      store.close()
      index.close()
      await log.close()
      backends.close()
      unlock()
    },
  }
}
