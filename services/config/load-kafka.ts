import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { InvalidConfig } from './invalid-config.ts'
import { BrokersText, EventMode, type KafkaConfig, SaslMechanism, TopicPrefix } from './kafka-config.ts'

const SECONDS = 1000

const KafkaVariables = z
  .object({
    KAFKA_BROKERS: BrokersText,
    KAFKA_CLIENT_ID: z.string().min(1).max(200).default('framelog'),
    KAFKA_SSL: z.stringbool().default(false),
    KAFKA_SSL_CA_FILE: z.string().min(1).optional(),
    KAFKA_SSL_CERT_FILE: z.string().min(1).optional(),
    KAFKA_SSL_KEY_FILE: z.string().min(1).optional(),
    KAFKA_SASL_MECHANISM: z.string().toLowerCase().pipe(SaslMechanism).optional(),
    KAFKA_SASL_USERNAME: z.string().min(1).optional(),
    KAFKA_SASL_PASSWORD: z.string().min(1).optional(),
    KAFKA_TOPIC_PREFIX: TopicPrefix.default('tams'),
    KAFKA_CREATE_TOPICS: z.stringbool().default(true),
    KAFKA_TOPIC_PARTITIONS: z.coerce.number().int().min(1).max(1_000).default(6),
    KAFKA_TOPIC_REPLICATION: z.coerce.number().int().min(1).max(32).optional(),
    /** -1 is for ever. */
    KAFKA_TOPIC_RETENTION_SECONDS: z.coerce.number().int().min(-1).optional(),
    KAFKA_RELAY_ENABLED: z.stringbool().default(true),
    KAFKA_EVENT_MODE: EventMode.default('binary'),
  })
  .refine((env) => env.KAFKA_SSL || !(env.KAFKA_SSL_CA_FILE ?? env.KAFKA_SSL_CERT_FILE), {
    path: ['KAFKA_SSL'],
    error: 'must be true for the files of KAFKA_SSL_ to be used',
  })
  .refine((env) => !env.KAFKA_SSL_CERT_FILE === !env.KAFKA_SSL_KEY_FILE, {
    path: ['KAFKA_SSL_KEY_FILE'],
    error: 'must be given together with KAFKA_SSL_CERT_FILE',
  })
  .refine((env) => !env.KAFKA_SASL_USERNAME === !env.KAFKA_SASL_PASSWORD, {
    path: ['KAFKA_SASL_PASSWORD'],
    error: 'must be given together with KAFKA_SASL_USERNAME',
  })
  .refine((env) => !env.KAFKA_SASL_MECHANISM === !env.KAFKA_SASL_USERNAME, {
    path: ['KAFKA_SASL_MECHANISM'],
    error: 'must be given together with KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD',
  })

/**
 * @returns undefined where KAFKA_BROKERS names none: the other settings are of no use then
 * @throws InvalidConfig naming each variable that is wrong, and no secret
 */
export function loadKafka(environment: NodeJS.ProcessEnv): KafkaConfig | undefined {
  if (!environment['KAFKA_BROKERS']?.trim()) return undefined
  const { success, data, error } = KafkaVariables.safeParse(environment)
  if (success) return toConfig(data)
  const faults = error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`)
  throw new InvalidConfig(`these environment variables are wrong:\n${faults.join('\n')}`)
}

function toConfig(env: z.infer<typeof KafkaVariables>): KafkaConfig {
  const tls = env.KAFKA_SSL && {
    ...fileOf('authority', 'KAFKA_SSL_CA_FILE', env.KAFKA_SSL_CA_FILE),
    ...fileOf('certificate', 'KAFKA_SSL_CERT_FILE', env.KAFKA_SSL_CERT_FILE),
    ...fileOf('key', 'KAFKA_SSL_KEY_FILE', env.KAFKA_SSL_KEY_FILE),
  }
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username } = env
  const { KAFKA_SASL_PASSWORD: password, KAFKA_TOPIC_RETENTION_SECONDS: retention } = env
  return {
    brokers: env.KAFKA_BROKERS,
    clientId: env.KAFKA_CLIENT_ID,
    ...(tls && { tls }),
    ...(mechanism && username && password && { sasl: { mechanism, username, password } }),
    topicPrefix: env.KAFKA_TOPIC_PREFIX,
    topics: {
      create: env.KAFKA_CREATE_TOPICS,
      partitions: env.KAFKA_TOPIC_PARTITIONS,
      replication: env.KAFKA_TOPIC_REPLICATION,
      retentionMs: retention === undefined || retention < 0 ? retention : retention * SECONDS,
    },
    relay: { isEnabled: env.KAFKA_RELAY_ENABLED, mode: env.KAFKA_EVENT_MODE },
  }
}

/** The text of a file, under a name; nothing where there is no file. */
function fileOf(name: string, variable: string, path: string | undefined) {
  if (path === undefined) return {}
  try {
    return { [name]: readFileSync(path, 'utf8') }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new InvalidConfig(`${variable}: ${path} cannot be read: ${reason}`)
  }
}
