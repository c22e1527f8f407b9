import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { InvalidConfig } from '../../../../services/config/invalid-config.ts'
import { loadKafka } from '../../../../services/config/load-kafka.ts'
import { temporaryFolder } from '../../../support/running-service.ts'

const SECRET = 'correct-horse'

/** What the person who starts the service reads. */
function refusalOf(environment: NodeJS.ProcessEnv): string {
  try {
    loadKafka({ KAFKA_BROKERS: 'localhost:9092', ...environment })
  } catch (error) {
    if (error instanceof InvalidConfig) return error.message
    throw error
  }
  throw new Error('it was not refused')
}

const wrong = (fault: string) => `these environment variables are wrong:\n  ${fault}`

describe('a Kafka cluster', () => {
  it('is none where no brokers are named, whatever else is set', () => {
    expect(loadKafka({})).toBe(undefined)
    expect(loadKafka({ KAFKA_BROKERS: ' ', KAFKA_TOPIC_PARTITIONS: 'many' })).toBe(undefined)
  })

  it('needs nothing but its brokers', () => {
    expect(loadKafka({ KAFKA_BROKERS: 'kafka-1:9092, 10.0.0.2:9093,' })).toEqual({
      brokers: ['kafka-1:9092', '10.0.0.2:9093'],
      clientId: 'framelog',
      topicPrefix: 'tams',
      topics: { create: true, partitions: 6, replication: undefined, retentionMs: undefined },
      relay: { isEnabled: true, mode: 'binary' },
    })
  })

  it('is reached as its settings say', () => {
    const folder = temporaryFolder()
    const file = (name: string) => {
      writeFileSync(join(folder, name), `PEM of ${name}`)
      return join(folder, name)
    }
    const config = loadKafka({
      KAFKA_BROKERS: 'kafka:9093',
      KAFKA_CLIENT_ID: 'framelog-eu',
      KAFKA_SSL: 'true',
      KAFKA_SSL_CA_FILE: file('ca'),
      KAFKA_SSL_CERT_FILE: file('cert'),
      KAFKA_SSL_KEY_FILE: file('key'),
      KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
      KAFKA_SASL_USERNAME: 'framelog',
      KAFKA_SASL_PASSWORD: SECRET,
      KAFKA_TOPIC_PREFIX: 'eu.tams',
      KAFKA_CREATE_TOPICS: 'false',
      KAFKA_TOPIC_PARTITIONS: '12',
      KAFKA_TOPIC_REPLICATION: '2',
      KAFKA_TOPIC_RETENTION_SECONDS: '3600',
      KAFKA_RELAY_ENABLED: 'false',
      KAFKA_EVENT_MODE: 'structured',
    })
    rmSync(folder, { recursive: true })
    expect(config).toEqual({
      brokers: ['kafka:9093'],
      clientId: 'framelog-eu',
      tls: { authority: 'PEM of ca', certificate: 'PEM of cert', key: 'PEM of key' },
      sasl: { mechanism: 'scram-sha-512', username: 'framelog', password: SECRET },
      topicPrefix: 'eu.tams',
      topics: { create: false, partitions: 12, replication: 2, retentionMs: 3_600_000 },
      relay: { isEnabled: false, mode: 'structured' },
    })
  })

  it.each(['kafka', 'kafka:0', 'kafka:70000', 'http://kafka:9092', '[::1]:9092', 'kafka:9092;kafka-2:9092'])(
    'is not %s',
    (brokers) => {
      expect(refusalOf({ KAFKA_BROKERS: brokers })).toBe(
        wrong(
          'KAFKA_BROKERS: must be brokers between commas, each a host and a port like kafka-1.example.com:9092',
        ),
      )
    },
  )

  it('is not told a password without a name, nor either without how', () => {
    expect(refusalOf({ KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_PASSWORD: SECRET })).toBe(
      wrong(
        [
          'KAFKA_SASL_PASSWORD: must be given together with KAFKA_SASL_USERNAME',
          'KAFKA_SASL_MECHANISM: must be given together with KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD',
        ].join('\n  '),
      ),
    )
    expect(refusalOf({ KAFKA_SASL_USERNAME: 'framelog', KAFKA_SASL_PASSWORD: SECRET })).toBe(
      wrong('KAFKA_SASL_MECHANISM: must be given together with KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD'),
    )
  })

  it.each([
    [{ KAFKA_SASL_MECHANISM: 'kerberos' }, /KAFKA_SASL_MECHANISM: Invalid option/],
    [{ KAFKA_SSL_CA_FILE: '/ca.pem' }, /KAFKA_SSL: must be true for the files/],
    [
      { KAFKA_SSL: 'true', KAFKA_SSL_CERT_FILE: '/cert.pem' },
      /KAFKA_SSL_KEY_FILE: must be given together with KAFKA_SSL_CERT_FILE/,
    ],
    [{ KAFKA_SSL: 'true', KAFKA_SSL_CA_FILE: '/nowhere.pem' }, /KAFKA_SSL_CA_FILE: \/nowhere.pem cannot be/],
    [{ KAFKA_TOPIC_PREFIX: 'a topic' }, /KAFKA_TOPIC_PREFIX: must be letters, digits/],
    [{ KAFKA_TOPIC_PARTITIONS: '0' }, /KAFKA_TOPIC_PARTITIONS/],
  ])('says what is wrong with %j', (environment, said) => {
    expect(refusalOf(environment)).toMatch(said)
  })
})
