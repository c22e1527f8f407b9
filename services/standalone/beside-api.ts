import { startAnalyticsThread } from '../analytics/start-analytics-thread.ts'
import type { Checks } from '../api/operational/check-health.ts'
import type { CommandServices } from '../commands/command-services.ts'
import type { Config } from '../config/config.ts'
import { type CommandConsumer, startCommandConsumer } from '../kafka-commands/command-consumer.ts'
import { commandMetrics } from '../kafka-commands/command-metrics.ts'
import { fencedLog } from '../leases/fenced-log.ts'
import type { LeaseName } from '../leases/lease-value.ts'
import { runSingle, type Single } from '../leases/run-single.ts'
import type { Tenure } from '../leases/tenure.ts'
import { leaseMetrics } from '../observability/lease-metrics.ts'
import type { Logger } from '../observability/logger.ts'
import type { Metrics } from '../observability/metrics.ts'
import { retentionMetrics } from '../observability/retention-metrics.ts'
import type { EventLog } from '../ports/event-log.ts'
import { type MeasuredThread, NOT_BEGUN } from '../process/measured-thread.ts'
import { shareLoad } from '../process/shared-load.ts'
import { type ProjectorThread, startProjectorThread } from '../projector/start-projector-thread.ts'
import { startIndexThread } from '../public-events/start-index-thread.ts'
import { startRelayThread } from '../relay/start-relay-thread.ts'
import { startWebhookThread } from '../webhooks/start-webhook-thread.ts'
import type { DataPaths } from './data-paths.ts'
import { type RunningConsumers, startConsumers } from './start-consumers.ts'

export type BesideTools = {
  readonly config: Config
  readonly paths: DataPaths
  readonly log: EventLog
  /** None for a process that gives no commands. */
  readonly commands: CommandServices | undefined
  /** Where clients reach the service, once it listens. */
  readonly publicUrl: () => string
  /** Whether views are kept here for an API to read. */
  readonly hasReaders: boolean
  readonly metrics: Metrics
  readonly logger: Logger
}

/**
 * Consumers that run beside the API, or without it: those that are switched on, each as a thread of its own or by waiting
 * for others. Those of which only one may run hold a lease, or stand by.
 */
export type BesideApi = {
  /** Of those that are to run: whether they do, or stand by. */
  readonly checks: Checks
  /** What they measure themselves, as Prometheus reads it. */
  metrics(): Promise<string>
  /** How many deletions are not over yet, that this process carries out. */
  openDeletions(): number
  /** Why tables are not written to VAST DB; undefined while all is well. */
  projectorError(): Promise<string | undefined>
  /** Once the service listens. */
  start(): Promise<void>
  stop(): Promise<void>
}

export function besideApi(tools: BesideTools): BesideApi {
  const { config, paths, log, commands, publicUrl, hasReaders, metrics, logger } = tools
  const { kafka, vast, DELETION_ENABLED, WEBHOOKS_ENABLED, ANALYTICS_ENABLED, KAFKA_COMMANDS_ENABLED } =
    config
  const { registry } = metrics
  const singles = new Map<LeaseName, Single>()
  let deletions: RunningConsumers | undefined
  let webhooks: MeasuredThread | undefined
  let relay: MeasuredThread | undefined
  let projector: ProjectorThread | undefined
  let kafkaCommands: CommandConsumer | undefined
  let unseen: { stop(): Promise<void> }[] = []
  const api = hasReaders && WEBHOOKS_ENABLED ? shareLoad() : undefined
  leaseMetrics(registry, () => [...singles].map(([name, single]) => [name, single.isHeld()] as const))

  const checkOf = (name: LeaseName, what: string, part: () => Checked | undefined) => async () => {
    const state = singles.get(name)?.check()
    if (state === 'standby') return state
    const running = state && part()
    if (!running) throw new Error(`${what} ${NOT_BEGUN}`)
    return running.check()
  }
  const single = async (name: LeaseName, start: Start, standBy?: () => Running): Promise<void> => {
    const options = { name, registers: log, dataDir: config.DATA_DIR, start, logger }
    singles.set(name, await runSingle({ ...options, ...(standBy && { standBy }) }))
  }
  const keepIndex = (indexPath: string) => () =>
    startIndexThread({ indexPath, logLocation: paths.log }, logger)
  const ofRetention = config.RETENTION === 'off' || !DELETION_ENABLED ? undefined : retentionMetrics(registry)

  async function startDeletion(services: CommandServices, tenure: Tenure): Promise<Running> {
    // What another process has done until now is in the catalog then.
    await services.catalog.reached(await log.head())
    const consumers = { log: fencedLog(log, tenure), commands: services, config, logger, metrics }
    deletions = await startConsumers({ ...consumers, retentionMetrics: ofRetention })
    return deletions
  }

  return {
    checks: {
      ...(DELETION_ENABLED && {
        deletion: checkOf('deletion', 'the deletion service', () => deletions && WELL),
      }),
      ...(WEBHOOKS_ENABLED && { webhooks: checkOf('webhooks', 'the delivery of webhooks', () => webhooks) }),
      ...(kafka?.relay.isEnabled && {
        kafka_relay: checkOf('kafka_relay', 'the relay to Kafka', () => relay),
      }),
      ...(KAFKA_COMMANDS_ENABLED && {
        kafka_commands: async () => {
          if (!kafkaCommands) throw new Error(`the reading of commands ${NOT_BEGUN}`)
          kafkaCommands.check()
        },
      }),
      ...(vast?.isProjecting && {
        vast_projector: checkOf('vast_projector', 'the projector', () => projector),
      }),
    },
    metrics: async () =>
      (await Promise.all([webhooks, relay, projector].map((each) => each?.metrics() ?? ''))).join(''),
    openDeletions: () => (singles.get('deletion')?.isHeld() ? (deletions?.openDeletions() ?? 0) : 0),
    projectorError: async () => (singles.get('vast_projector')?.isHeld() ? projector?.error() : undefined),
    start: async () => {
      if (DELETION_ENABLED && commands) {
        await single('deletion', (tenure) => startDeletion(commands, tenure))
      }
      const options = (tenure: Tenure) => ({ publicUrl: publicUrl(), tenure })
      if (WEBHOOKS_ENABLED) {
        await single(
          'webhooks',
          async (tenure) => {
            webhooks = startWebhookThread({ ...options(tenure), apiLoad: api?.load }, logger)
            return webhooks
          },
          keepIndex(paths.index),
        )
      }
      if (kafka?.relay.isEnabled) {
        await single(
          'kafka_relay',
          async (tenure) => {
            relay = startRelayThread(options(tenure), logger)
            return relay
          },
          keepIndex(paths.relayIndex),
        )
      }
      if (KAFKA_COMMANDS_ENABLED && kafka && commands) {
        const services = { ...commands, log }
        const metrics = commandMetrics(registry)
        kafkaCommands = startCommandConsumer({ kafka, services, source: publicUrl, logger, metrics })
      }
      if (vast?.isProjecting) {
        await single('vast_projector', async () => {
          projector = startProjectorThread(logger)
          return projector
        })
      }
      const { index: indexPath, views: viewsPath, log: logLocation } = paths
      // The projector writes views, too: where an API keeps them, this waits until it is gone.
      const areViewsRead = hasReaders || vast?.isProjecting
      unseen = [
        // Whoever tells webhooks keeps the index, or who stands by to.
        ...(WEBHOOKS_ENABLED || !hasReaders ? [] : [startIndexThread({ indexPath, logLocation }, logger)]),
        ...(ANALYTICS_ENABLED && areViewsRead
          ? [startAnalyticsThread({ viewsPath, logLocation }, logger)]
          : []),
      ]
    },
    stop: async () => {
      api?.stop()
      await Promise.all([...singles.values(), kafkaCommands, ...unseen].map((each) => each?.stop()))
    },
  }
}

type Start = (tenure: Tenure) => Promise<Running>
type Checked = { check(): Promise<void> }
type Running = { stop(withinMs?: number): Promise<void> }

const WELL = { check: async () => undefined }
