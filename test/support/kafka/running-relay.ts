import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { keepOutput } from '../secrets/kept-output.ts'

/** `framelog relay` as a process of its own. */
export type RunningRelay = {
  /** Resolves with its exit code. */
  readonly exited: Promise<number | null>
  /** What it has written so far. */
  said(): string
  /** SIGTERM. @returns the exit code */
  stop(): Promise<number | null>
  /** SIGKILL. */
  kill(): Promise<void>
}

const MAIN = join(import.meta.dirname, '../../../dist/services/cli/main.js')

/**
 * Starts the built relay over a data directory.
 * @param main the built command line
 */
export function startRelayProcess(
  dataDir: string,
  environment: Record<string, string>,
  main = MAIN,
): RunningRelay {
  const child = spawn(process.execPath, [main, 'relay'], {
    env: { PATH: process.env['PATH'], OPERATIONS_PORT: '0', DATA_DIR: dataDir, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  keepOutput(child)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk
    })
  }
  const endWithUs = () => void child.kill('SIGKILL')
  process.once('exit', endWithUs)
  child.once('exit', () => process.off('exit', endWithUs))
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    return await exited
  }
  return {
    exited,
    said: () => said,
    stop: () => end('SIGTERM'),
    kill: async () => {
      await end('SIGKILL')
    },
  }
}
