import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type BrokerSecurity, brokerProperties } from './broker-properties.ts'
import { javaArguments } from './kafka-jars.ts'

/** A Kafka broker as a process of its own. */
export type RunningBroker = {
  /** As `KAFKA_BROKERS` wants it. */
  readonly brokers: string
  /** SIGKILL. Its ports stay its own. */
  kill(): Promise<void>
  /** Starts it anew over what it had; one that runs is killed first. */
  restart(): Promise<void>
  /** Its end: nothing of it has to last. */
  stop(): Promise<void>
}

export type BrokerOptions = BrokerSecurity & {
  /** More of Kafka's own settings, over those of the tests. */
  readonly properties?: Readonly<Record<string, string>>
}

/**
 * Starts a broker in KRaft mode, alone in its cluster. Topics are not made by themselves.
 * @param directory where it keeps its data @returns once it takes connections
 * @throws with what it said where it ends
 */
export async function startBroker(
  directory: string,
  { properties = {}, ...security }: BrokerOptions = {},
): Promise<RunningBroker> {
  const ports = { client: await quietPort(), internal: await quietPort(), controller: await quietPort() }
  const file = join(directory, 'server.properties')
  mkdirSync(directory, { recursive: true })
  writeFileSync(file, brokerProperties({ directory, ports }, security, properties))
  format(file, security)
  let child = await launch(file)
  const kill = () => killed(child)
  return {
    brokers: `127.0.0.1:${ports.client}`,
    kill,
    restart: async () => {
      await kill()
      child = await launch(file)
    },
    stop: kill,
  }
}

/** SCRAM's users are kept in the cluster itself, so they are there from its first day. */
function format(file: string, { sasl }: BrokerSecurity): void {
  const users = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) =>
    sasl ? ['--add-scram', `${mechanism}=[name=${sasl.username},password=${sasl.password}]`] : [],
  )
  // It may begin with a dash.
  const cluster = randomBytes(16).toString('base64url')
  execFileSync(
    'java',
    [
      ...javaArguments(),
      'kafka.tools.StorageTool',
      'format',
      `--cluster-id=${cluster}`,
      '-c',
      file,
      ...users,
    ],
    { stdio: 'pipe' },
  )
}

const STARTED = /Kafka Server started/

async function launch(file: string): Promise<ChildProcess> {
  const child = spawn('java', [...javaArguments(), 'kafka.Kafka', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const endWithUs = () => void child.kill('SIGKILL')
  process.once('exit', endWithUs)
  child.once('exit', () => process.off('exit', endWithUs))
  let told = ''
  const started = new Promise<undefined>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        told = `${told}${chunk}`.slice(-8000)
        if (STARTED.test(told)) resolve(undefined)
      })
    }
  })
  const ended = once(child, 'exit').then(([code]) => `the broker ended with ${code}: ${told}`)
  const trouble = await Promise.race([started, ended])
  if (trouble !== undefined) throw new Error(trouble)
  return child
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/**
 * A port that nobody has now, and that no outgoing connection is given while the broker is down: those are
 * from 32768 up.
 */
async function quietPort(): Promise<number> {
  for (;;) {
    const server = createServer()
    server.listen(randomInt(15_000, 32_000), '127.0.0.1')
    const isFree = await Promise.race([
      once(server, 'listening').then(() => true),
      once(server, 'error').then(() => false),
    ]).catch(() => false)
    const { port } = (server.address() ?? {}) as { port?: number }
    server.close()
    if (isFree && port !== undefined) return port
  }
}
