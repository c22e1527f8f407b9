import { z } from 'zod'

/** How a Kafka cluster is reached, and how its topics are named and made. */
export type KafkaConfig = {
  /** Each a host and a port: who is asked first where the others are. */
  readonly brokers: readonly string[]
  readonly clientId: string
  /** PEM texts. Without an authority the system's own are trusted. */
  readonly tls?: { readonly authority?: string; readonly certificate?: string; readonly key?: string }
  /** The password is a secret. */
  readonly sasl?: {
    readonly mechanism: SaslMechanism
    readonly username: string
    readonly password: string
  }
  /** What topics are named with: `<prefix>.flows`. */
  readonly topicPrefix: string
  readonly topics: TopicSettings
  readonly relay: {
    /** Whether this process sends events. */
    readonly isEnabled: boolean
    readonly mode: EventMode
  }
}

export type SaslMechanism = z.infer<typeof SaslMechanism>

/** Of topics that are made here; those that are there stay as they are. */
export type TopicSettings = {
  /** Whether missing ones may be made. */
  readonly create: boolean
  readonly partitions: number
  /** undefined: three, or as many as there are brokers. */
  readonly replication: number | undefined
  /** undefined: as the brokers have it. -1: for ever. */
  readonly retentionMs: number | undefined
}

export type EventMode = z.infer<typeof EventMode>

/** CloudEvents' two ways to be a message: attributes as headers, or all of it as one document. */
export const EventMode = z.enum(['binary', 'structured'])

export const SaslMechanism = z.enum(['plain', 'scram-sha-256', 'scram-sha-512'])

/** Host names and IPv4 addresses: the client has no way to write an address of IPv6. */
const BROKER = /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?:([1-9][0-9]{0,4})$/i
const MAX_PORT = 65_535

/** Brokers between commas; empty is none. */
export const BrokersText = z
  .string()
  .transform((text) => text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()])))
  .refine((brokers) => brokers.every(isBroker), {
    error: 'must be brokers between commas, each a host and a port like kafka-1.example.com:9092',
  })

/** Kafka's own limit is 249 characters, for the whole name. */
export const TopicPrefix = z
  .string()
  .regex(/^[a-zA-Z0-9._-]{1,200}$/, 'must be letters, digits, dots, underscores and hyphens, at most 200')

const isBroker = (text: string): boolean => {
  const port = BROKER.exec(text)?.[2]
  return port !== undefined && Number(port) <= MAX_PORT
}
