import type { Registry } from 'prom-client'
import { startAnalyticsThread } from '../analytics/start-analytics-thread.ts'
import type { Checks } from '../api/operational/check-health.ts'
import type { CommandServices } from '../commands/command-services.ts'
import type { Config } from '../config/config.ts'
import { type CommandConsumer, startCommandConsumer } from '../kafka-commands/command-consumer.ts'
import { commandMetrics } from '../kafka-commands/command-metrics.ts'
import type { Logger } from '../observability/logger.ts'
import type { EventLog } from '../ports/event-log.ts'
import { type MeasuredThread, NOT_BEGUN } from '../process/measured-thread.ts'
import { type ProjectorThread, startProjectorThread } from '../projector/start-projector-thread.ts'
import { startIndexThread } from '../public-events/start-index-thread.ts'
import { startRelayThread } from '../relay/start-relay-thread.ts'
import { startWebhookThread } from '../webhooks/start-webhook-thread.ts'
import type { DataPaths } from './data-paths.ts'

export type BesideTools = {
  readonly config: Config
  readonly paths: DataPaths
  readonly log: EventLog
  readonly commands: CommandServices
  /** Where clients reach the service, once it listens. */
  readonly publicUrl: () => string
  readonly registry: Registry
  readonly logger: Logger
}

/** Consumers that run beside the API: those that are switched on, each as a thread of its own or by waiting for others. */
export type BesideApi = {
  /** Of those that are to run: whether they do. */
  readonly checks: Checks
  /** What they measure themselves, as Prometheus reads it. */
  metrics(): Promise<string>
  /** Why tables are not written to VAST DB; undefined while all is well. */
  projectorError(): Promise<string | undefined>
  /** Once the service listens. */
  start(): void
  stop(): Promise<void>
}

export function besideApi({
  config,
  paths,
  log,
  commands,
  publicUrl,
  registry,
  logger,
}: BesideTools): BesideApi {
  const { kafka, vast, WEBHOOKS_ENABLED, ANALYTICS_ENABLED, KAFKA_COMMANDS_ENABLED } = config
  let webhooks: MeasuredThread | undefined
  let relay: MeasuredThread | undefined
  let projector: ProjectorThread | undefined
  let kafkaCommands: CommandConsumer | undefined
  let unseen: { stop(): Promise<void> }[] = []

  return {
    checks: {
      ...(WEBHOOKS_ENABLED && { webhooks: () => checkOf(webhooks, 'the delivery of webhooks') }),
      ...(kafka?.relay.isEnabled && { kafka_relay: () => checkOf(relay, 'the relay to Kafka') }),
      ...(KAFKA_COMMANDS_ENABLED && {
        kafka_commands: () => checkOf(kafkaCommands, 'the reading of commands'),
      }),
      ...(vast?.isProjecting && { vast_projector: () => checkOf(projector, 'the projector') }),
    },
    metrics: async () =>
      (await Promise.all([webhooks, relay, projector].map((each) => each?.metrics() ?? ''))).join(''),
    projectorError: async () => projector?.error(),
    start: () => {
      const options = { publicUrl: publicUrl() }
      if (WEBHOOKS_ENABLED) webhooks = startWebhookThread(options, logger)
      if (kafka?.relay.isEnabled) relay = startRelayThread(options, logger)
      if (KAFKA_COMMANDS_ENABLED && kafka) {
        const services = { ...commands, log }
        const metrics = commandMetrics(registry)
        kafkaCommands = startCommandConsumer({ kafka, services, source: publicUrl, logger, metrics })
      }
      if (vast?.isProjecting) projector = startProjectorThread(logger)
      const { index: indexPath, views: viewsPath, log: logLocation } = paths
      unseen = [
        // Whoever tells webhooks keeps the index.
        ...(WEBHOOKS_ENABLED ? [] : [startIndexThread({ indexPath, logLocation }, logger)]),
        ...(ANALYTICS_ENABLED ? [startAnalyticsThread({ viewsPath, logLocation }, logger)] : []),
      ]
    },
    stop: async () => {
      await Promise.all([webhooks, relay, projector, kafkaCommands, ...unseen].map((each) => each?.stop()))
    },
  }
}

/** @throws where it has not begun, or is not well */
async function checkOf(part: { check(): void | Promise<void> } | undefined, what: string): Promise<void> {
  if (!part) throw new Error(`${what} ${NOT_BEGUN}`)
  await part.check()
}
