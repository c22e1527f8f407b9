import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { dieWithTests } from './die-with-tests.ts'
import { plantedEnvironment } from './secrets/planted.ts'

export type CliResult = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** The built `framelog` command on its way. */
export type RunningCli = {
  readonly process: ChildProcess
  /** What it has written to standard output so far. */
  stdout(): string
  /** And to standard error. */
  stderr(): string
  readonly ended: Promise<CliResult>
}

const MAIN = join(import.meta.dirname, '../../dist/services/cli/main.js')

export function startCli(args: readonly string[], environment: Record<string, string> = {}): RunningCli {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: {
      PATH: process.env['PATH'],
      OPERATIONS_PORT: '0',
      ...plantedEnvironment(environment),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  dieWithTests(child)
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const ended = new Promise<CliResult>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
  return { process: child, stdout: () => stdout, stderr: () => stderr, ended }
}

export function runCli(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<CliResult> {
  return startCli(args, environment).ended
}

/** Runs a command that prints one JSON document. @throws with what it said where it fails */
export async function runCliJson<T>(args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await runCli([...args, '--json'])
  if (code !== 0) throw new Error(`framelog ${args.join(' ')} ended with ${code}: ${stderr}`)
  return JSON.parse(stdout) as T
}
