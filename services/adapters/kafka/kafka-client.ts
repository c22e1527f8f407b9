import { Kafka, type SASLOptions } from 'kafkajs'
import type { KafkaConfig } from '../../config/kafka-config.ts'
import type { Logger } from '../../observability/logger.ts'
import { kafkaLevel, kafkaLogs } from './kafka-logs.ts'

const CONNECT_TIMEOUT_MS = 5_000
const REQUEST_TIMEOUT_MS = 15_000
/** Of the client's own attempts: whoever uses it goes on by itself, and says so. */
const RETRIES = { initialRetryTime: 200, maxRetryTime: 2_000, retries: 3 }

/** A client of the cluster that the configuration names. It connects when it is used. */
export const kafkaClient = ({ brokers, clientId, tls, sasl }: KafkaConfig, logger: Logger): Kafka =>
  new Kafka({
    brokers: [...brokers],
    clientId,
    ...(tls && { ssl: { ca: tls.authority, cert: tls.certificate, key: tls.key } }),
    // One of its members for each mechanism, all of the same shape.
    ...(sasl && { sasl: { ...sasl } as SASLOptions }),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    authenticationTimeout: REQUEST_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: RETRIES,
    logLevel: kafkaLevel(logger),
    logCreator: kafkaLogs(logger),
  })
