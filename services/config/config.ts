import { isIP } from 'node:net'
import { z } from 'zod'
import type { OutboundPolicy } from '../outbound/outbound-policy.ts'
import type { AuthConfig } from './auth-config.ts'
import type { BackendConfig } from './backend-config.ts'
import { type CorsOrigins, CorsOriginsText } from './cors-origins.ts'
import { EventStoreUrl } from './eventstore-url.ts'
import { InvalidConfig } from './invalid-config.ts'
import type { KafkaConfig } from './kafka-config.ts'
import { loadAuth } from './load-auth.ts'
import { type AuthClassesConfig, loadAuthClasses } from './load-auth-classes.ts'
import { loadBackends } from './load-backends.ts'
import { loadKafka } from './load-kafka.ts'
import { logDir } from './log-place.ts'
import { NetworksText } from './outbound-networks.ts'
import { loadTracing, type TracingConfig } from './tracing-config.ts'
import { ProxiesText } from './trusted-proxies.ts'
import { loadVast, type VastConfig } from './vast-variables.ts'

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])

const seconds = (min: number, fallback: number) => z.coerce.number().int().min(min).default(fallback)

/** Every variable the service reads, but for those of storage, of Kafka and of classes. Units are in the names. README.md lists them. */
const Environment = z
  .object({
    HOST: z.string().min(1).default('127.0.0.1'),
    PORT: z.coerce.number().int().min(0).max(65_535).default(8000),
    DATA_DIR: z.string().min(1).default('./data'),
    /** What several processes share: the log, media and the secret. Each has a DATA_DIR of its own then. */
    LOG_DIR: z.string().min(1).optional(),
    /** Where a service that runs alone tells its health and metrics. */
    OPERATIONS_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
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
    /** Whether this process carries out deletions, and all else that goes on by itself: purges, copies, retention. */
    DELETION_ENABLED: z.stringbool().default(true),
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
    /** Both, for https. */
    TLS_CERT_FILE: z.string().min(1).optional(),
    TLS_KEY_FILE: z.string().min(1).optional(),
    /** Of one principal, or of one address where nobody says who they are; none: any number. */
    RATE_LIMIT_PER_MINUTE: z.coerce.number().int().min(1).max(10_000_000).optional(),
    TRUSTED_PROXIES: ProxiesText.default([]),
    /** Whether metrics are told to whoever asks, where others have to say who they are. */
    METRICS_OPEN: z.stringbool().default(false),
    /** From one address, before no more are looked at for a while; 0: any number. */
    AUTH_FAILURES_PER_MINUTE: z.coerce.number().int().min(0).max(1_000_000).default(60),
  })
  .refine((env) => !env.TLS_CERT_FILE === !env.TLS_KEY_FILE, {
    path: ['TLS_KEY_FILE'],
    error: 'must be given together with TLS_CERT_FILE',
  })
  .refine((env) => env.MIN_PRESIGNED_URL_TIMEOUT_SECONDS <= env.MIN_OBJECT_TIMEOUT_SECONDS, {
    path: ['MIN_PRESIGNED_URL_TIMEOUT_SECONDS'],
    error: 'must not be more than MIN_OBJECT_TIMEOUT_SECONDS',
  })

export type Config = Readonly<z.infer<typeof Environment>> & {
  /** One of them is the default. */
  readonly storageBackends: readonly BackendConfig[]
  /** None where nobody has to say who they are. */
  readonly auth: AuthConfig | undefined
  /** None where KAFKA_BROKERS names no broker. */
  readonly kafka: KafkaConfig | undefined
  /** None where there is no VAST DB. */
  readonly vast: VastConfig | undefined
  /** None where nothing is traced. */
  readonly tracing: TracingConfig | undefined
  /** None where what requests may do does not depend on classes. */
  readonly authClasses: AuthClassesConfig | undefined
}

/** Reads the environment once. @throws InvalidConfig naming every variable that is wrong */
export function loadConfig(environment: NodeJS.ProcessEnv): Config {
  const { success, data, error } = Environment.safeParse(environment)
  if (success) {
    const auth = loadAuth(environment)
    requireGuard(data, auth)
    const kafka = loadKafka(environment)
    if (data.KAFKA_COMMANDS_ENABLED && !kafka) {
      throw new InvalidConfig('KAFKA_COMMANDS_ENABLED: needs KAFKA_BROKERS, which names no broker')
    }
    const storageBackends = loadBackends(environment, logDir(data))
    const tracing = loadTracing(environment)
    const authClasses = loadAuthClasses(environment)
    const vast = loadVast(environment)
    return Object.freeze({ ...data, storageBackends, auth, authClasses, kafka, vast, tracing })
  }
  const faults = error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`)
  throw new InvalidConfig(`these environment variables are wrong:\n${faults.join('\n')}`)
}

/** @throws InvalidConfig where others than this machine would reach all there is without saying who they are */
function requireGuard(
  { HOST, ALLOW_UNAUTHENTICATED }: Pick<Config, 'HOST' | 'ALLOW_UNAUTHENTICATED'>,
  auth: AuthConfig | undefined,
): void {
  if (LOOPBACK.has(HOST) || ALLOW_UNAUTHENTICATED || auth) return
  throw new InvalidConfig(
    `HOST: ${HOST} is not loopback, and anyone who reaches it could read and write: set AUTH_ISSUER or ` +
      'AUTH_USERS_FILE, or ALLOW_UNAUTHENTICATED=true if that is meant',
  )
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
export const localUrl = (host: string, port: number, isSecure = false): string =>
  `${isSecure ? 'https' : 'http'}://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : urlHost(host)}:${port}`

/** How a host is written in a URL. */
export const urlHost = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host)
