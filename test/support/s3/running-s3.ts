import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** An S3 server as a process of its own. */
export type RunningS3 = {
  readonly endpoint: string
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** SIGKILL. */
  kill(): Promise<void>
}

export type S3Program = {
  readonly command: string
  readonly args: readonly string[]
  readonly environment?: Record<string, string>
  readonly port: number
  readonly region: string
  readonly credentials: RunningS3['credentials']
}

/** Starts an S3 server. @returns once it answers requests @throws with what it said where it ends */
export async function startS3(program: S3Program): Promise<RunningS3> {
  const { command, args, environment, port, region, credentials } = program
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let told = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      told = `${told}${chunk}`.slice(-4000)
    })
  }
  const endWithUs = () => void child.kill('SIGKILL')
  process.once('exit', endWithUs)
  child.once('exit', () => process.off('exit', endWithUs))
  const failed = once(child, 'error').then(([error]) => `${command}: ${error}`)
  const ended = once(child, 'exit').then(([code]) => `${command} ended with ${code}: ${told}`)
  const endpoint = `http://127.0.0.1:${port}`
  const trouble = await Promise.race([failed, ended, answers(endpoint)])
  if (trouble !== undefined) throw new Error(trouble)
  return { endpoint, region, credentials, kill: () => killed(child) }
}

/** A port that nobody has now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function answers(endpoint: string): Promise<undefined> {
  for (;;) {
    const response = await fetch(endpoint).catch(() => undefined)
    await response?.body?.cancel()
    if (response) return
    await wait(20)
  }
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
