import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { dieWithTests } from './die-with-tests.ts'
import { noteKeyOf } from './secrets/kept-output.ts'
import { plantedEnvironment } from './secrets/planted.ts'

/** The built service as a process of its own, as users run it. */
export type RunningService = {
  readonly url: string
  readonly process: ChildProcess
  /** What it has written to standard output so far: its log. */
  log(): string
  /** And to standard error. */
  told(): string
  /** SIGTERM. @returns the exit code */
  stop(): Promise<number | null>
  /** SIGKILL: it has no time for anything. */
  kill(): Promise<void>
}

const MAIN = join(import.meta.dirname, '../../dist/services/cli/main.js')

/** What a process ends with that gave itself up. */
const CRASHES = new Set<unknown>(['SIGABRT', 'SIGSEGV', 'SIGBUS', 'SIGILL'])
/** Characters of its log. */
const LAST_WORDS = 2_000

/** Starts the service on a free port. @throws with what it said where it does not start */
export async function startService(
  dataDir: string,
  environment: Record<string, string> = {},
): Promise<RunningService> {
  const child = spawn(process.execPath, [MAIN, 'serve'], {
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      DATA_DIR: dataDir,
      ...plantedEnvironment(environment),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  dieWithTests(child)
  let log = ''
  let told = ''
  child.stdout.on('data', (chunk) => {
    log += chunk
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  child.once('exit', (_, signal) => {
    if (!CRASHES.has(signal)) return
    process.stderr.write(`the service crashed with ${signal}: ${told}${log.slice(-LAST_WORDS)}\n`)
  })
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      told += chunk
      const ready = told.match(/API\s+(http\S+?)\/?\n/)
      if (ready?.[1]) resolve(ready[1])
    })
    exited.then((code) => reject(new Error(`the service ended with ${code}: ${told}${log}`)))
  })
  noteKeyOf(dataDir)
  return {
    url,
    process: child,
    log: () => log,
    told: () => told,
    stop: () => {
      child.kill('SIGTERM')
      return exited
    },
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** A folder that is removed when `use` is over. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = temporaryFolder()
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'framelog-test-'))

/** A service for all tests of a suite, with a data directory of its own: there while they run. */
export function serviceOfSuite(environment: Record<string, string> = {}): {
  readonly url: string
  log(): string
} {
  const folder = temporaryFolder()
  let service: RunningService | undefined
  const running = (): RunningService => {
    if (!service) throw new Error('the service runs only while the tests do')
    return service
  }
  beforeAll(async () => {
    service = await startService(folder, environment)
  })
  afterAll(async () => {
    await service?.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    get url() {
      return running().url
    },
    log: () => running().log(),
  }
}
