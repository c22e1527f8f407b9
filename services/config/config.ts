import { isIP } from 'node:net'
import { z } from 'zod'
import type { OutboundPolicy } from '../outbound/outbound-policy.ts'
import type { BackendConfig } from './backend-config.ts'
import { type CorsOrigins, CorsOriginsText } from './cors-origins.ts'
import { EventStoreUrl } from './eventstore-url.ts'
import { InvalidConfig } from './invalid-config.ts'
import type { KafkaConfig } from './kafka-config.ts'
import { loadBackends } from './load-backends.ts'
import { loadKafka } from './load-kafka.ts'
import { NetworksText } from './outbound-networks.ts'
import { loadVast, type VastConfig } from './vast-variables.ts'

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])

const seconds = (min: number, fallback: number) => z.coerce.number().int().min(min).default(fallback)

/** Every variable the service reads, but for those of storage and of Kafka. Units are in the names. README.md lists them. */
const Environment = z
  .object({
    HOST: z.string().min(1).default('127.0.0.1'),
    PORT: z.coerce.number().int().min(0).max(65_535).default(8000),
    DATA_DIR: z.string().min(1).default('./data'),
    LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    PUBLIC_URL: z
      .url({ protocol: /^https?$/ })
      .transform((url) => url.replace(/\/+$/, ''))
      .optional(),
    SECRET_KEY: z.string().min(32).optional(),
    /** The EventStoreDB that has the event log; none: it is a file in DATA_DIR. It may have a password. */
    EVENTSTORE_URL: EventStoreUrl,
    ALLOW_UNAUTHENTICATED: z.stringbool().default(false),
    MIN_OBJECT_TIMEOUT_SECONDS: seconds(300, 3600),
    MIN_PRESIGNED_URL_TIMEOUT_SECONDS: seconds(30, 3600),
    MAX_OBJECT_BYTES: z.coerce
      .number()
      .int()
      .positive()
      .default(5 * 1024 ** 3),
    DELETE_WAIT_MS: z.coerce.number().int().min(0).max(60_000).default(500),
    DELETION_RETENTION_SECONDS: seconds(60, 24 * 3600),
    /** Seconds. */
    MEDIA_DELETE_GRACE: seconds(0, 0),
    RETENTION: z.enum(['off', 'dry-run', 'on']).default('off'),
    RETENTION_EVERY_SECONDS: z.coerce.number().int().min(1).max(86_400).default(60),
    CORS_ORIGINS: CorsOriginsText.default('local' satisfies CorsOrigins),
    OUTBOUND_ALLOWED_NETWORKS: NetworksText.default([]),
    /** Whether this process tells webhooks of what happens. */
    WEBHOOKS_ENABLED: z.stringbool().default(true),
    /** Seconds. */
    WEBHOOK_RETRY_FOR: seconds(0, 24 * 3600),
    /** How many may read the stream of events at a time. */
    EVENT_STREAMS_MAX: z.coerce.number().int().min(0).max(100_000).default(2_000),
    /** Whether this process keeps and serves analytics. */
    ANALYTICS_ENABLED: z.stringbool().default(true),
    /** Whether this process carries out commands from Kafka. */
    KAFKA_COMMANDS_ENABLED: z.stringbool().default(false),
    METRICS_ENABLED: z.stringbool().default(true),
  })
  .refine(({ HOST, ALLOW_UNAUTHENTICATED }) => LOOPBACK.has(HOST) || ALLOW_UNAUTHENTICATED, {
    path: ['HOST'],
    error:
      'is not loopback, and anyone who reaches it could read and write: set ALLOW_UNAUTHENTICATED=true if that is meant',
  })
  .refine((env) => env.MIN_PRESIGNED_URL_TIMEOUT_SECONDS <= env.MIN_OBJECT_TIMEOUT_SECONDS, {
    path: ['MIN_PRESIGNED_URL_TIMEOUT_SECONDS'],
    error: 'must not be more than MIN_OBJECT_TIMEOUT_SECONDS',
  })

export type Config = Readonly<z.infer<typeof Environment>> & {
  /** One of them is the default. */
  readonly storageBackends: readonly BackendConfig[]
  /** None where KAFKA_BROKERS names no broker. */
  readonly kafka: KafkaConfig | undefined
  /** None where there is no VAST DB. */
  readonly vast: VastConfig | undefined
}

/** Reads the environment once. @throws InvalidConfig naming every variable that is wrong */
export function loadConfig(environment: NodeJS.ProcessEnv): Config {
  const { success, data, error } = Environment.safeParse(environment)
  if (success) {
    const kafka = loadKafka(environment)
    if (data.KAFKA_COMMANDS_ENABLED && !kafka) {
      throw new InvalidConfig('KAFKA_COMMANDS_ENABLED: needs KAFKA_BROKERS, which names no broker')
    }
    const storageBackends = loadBackends(environment, data.DATA_DIR)
    return Object.freeze({ ...data, storageBackends, kafka, vast: loadVast(environment) })
  }
  const faults = error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`)
  throw new InvalidConfig(`these environment variables are wrong:\n${faults.join('\n')}`)
}

/** Where the service may fetch what users named, and tell their webhooks. */
export const outboundPolicy = (
  config: Pick<Config, 'HOST' | 'OUTBOUND_ALLOWED_NETWORKS'>,
): OutboundPolicy => ({
  allowedNetworks: config.OUTBOUND_ALLOWED_NETWORKS,
  // Only this machine can reach the service: it may be sent to.
  allowsLoopback: LOOPBACK.has(config.HOST),
})

/** Where clients of this machine reach a service; PUBLIC_URL says better. */
export const localUrl = (host: string, port: number): string =>
  `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : urlHost(host)}:${port}`

/** How a host is written in a URL. */
export const urlHost = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host)
