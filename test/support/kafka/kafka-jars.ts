import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Where the jars of a Kafka broker are: `.ci/kafka` fetches them. */
const JARS = process.env['KAFKA_JARS']

/** Whether there is a broker to test against: `KAFKA_JARS` says where, and Java runs it. */
export const hasKafka = (): boolean =>
  JARS !== undefined && existsSync(JARS) && spawnSync('java', ['-version']).status === 0

/** What is loaded and how: little memory, and little time for the compiler, as brokers of tests live for minutes. */
export const javaArguments = (): string[] => [
  '-Xmx256m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  ...['-cp', `${JARS}/*`],
]
