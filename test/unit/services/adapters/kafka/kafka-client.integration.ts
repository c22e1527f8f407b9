import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { kafkaClient } from '../../../../../services/adapters/kafka/kafka-client.ts'
import { loadKafka } from '../../../../../services/config/load-kafka.ts'
import { makeCertificates } from '../../../../support/kafka/certificates.ts'
import { hasKafka } from '../../../../support/kafka/kafka-jars.ts'
import {
  type BrokerOptions,
  type RunningBroker,
  startBroker,
} from '../../../../support/kafka/running-broker.ts'
import { temporaryDirectory } from '../../../../support/temporary-directory.ts'

const USER = { username: 'framelog', password: 'correct-horse' }

describe.skipIf(!hasKafka())('a client of a Kafka broker', () => {
  const folder = temporaryDirectory()
  let broker: RunningBroker | undefined
  let brokers = 0

  afterEach(async () => {
    await broker?.stop()
  })
  afterAll(() => folder.remove())

  const start = async (options?: BrokerOptions): Promise<RunningBroker> => {
    brokers += 1
    broker = await startBroker(join(folder.path, `broker-${brokers}`), options)
    return broker
  }

  /** @returns what was written to a topic, and the client's logs */
  const topicsOf = async (environment: NodeJS.ProcessEnv) => {
    const lines: string[] = []
    const logger = pino({ level: 'trace' }, { write: (line) => void lines.push(line) })
    const config = loadKafka({ KAFKA_BROKERS: broker?.brokers, ...environment })
    const admin = kafkaClient(config!, logger).admin()
    try {
      await admin.connect()
      await admin.createTopics({ topics: [{ topic: 'made', numPartitions: 1, replicationFactor: 1 }] })
      return { topics: await admin.listTopics(), logs: lines.join('') }
    } catch (error) {
      return { error: String(error), logs: lines.join('') }
    } finally {
      await admin.disconnect()
    }
  }

  it('finds what was there again, when the broker was killed and is back', async () => {
    const { restart } = await start()
    expect(await topicsOf({})).toMatchObject({ topics: ['made'] })
    await restart()
    expect(await topicsOf({})).toMatchObject({ topics: ['made'] })
  })

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'])(
    'says who it is by %s, and keeps the secret',
    async (how) => {
      await start({ sasl: USER })
      const login = { KAFKA_SASL_MECHANISM: how, KAFKA_SASL_USERNAME: USER.username }
      const right = await topicsOf({ ...login, KAFKA_SASL_PASSWORD: USER.password })
      expect(right).toMatchObject({ topics: ['made'] })
      expect(right.logs).not.toContain(USER.password)
      const wrong = await topicsOf({ ...login, KAFKA_SASL_PASSWORD: 'battery-staple' })
      expect(wrong.error).toMatch(/authentication/i)
      expect(wrong.logs).not.toContain('battery-staple')
    },
  )

  it('speaks TLS with brokers it trusts, and shows its certificate', async () => {
    const certificates = makeCertificates(join(folder.path, 'certificates'))
    await start({ tls: { keyAndCertificate: certificates.broker, clientAuthority: certificates.authority } })
    const environment = {
      KAFKA_SSL: 'true',
      KAFKA_SSL_CERT_FILE: certificates.client.certificate,
      KAFKA_SSL_KEY_FILE: certificates.client.key,
    }
    const trusting = await topicsOf({ ...environment, KAFKA_SSL_CA_FILE: certificates.authority })
    expect(trusting).toMatchObject({ topics: ['made'] })
    expect((await topicsOf(environment)).error).toMatch(/certificate/)
  })
})
