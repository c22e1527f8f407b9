import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { processCpuSeconds } from './process-cpu.ts'
import { processHeapsMb, reportFlags } from './process-heaps.ts'
import { type ProcessMemory, processMemory } from './process-memory.ts'

export type ServiceProcess = {
  readonly origin: string
  /** From the start of the process to its word that it is ready. */
  readonly readySeconds: number
  cpuSeconds(): number | undefined
  memory(): ProcessMemory | undefined
  /** Of each of its threads, the main one first; empty where nothing tells. */
  heapsMb(): Promise<readonly number[]>
  /** Ends it as an operator would. @throws where it does not end well */
  stop(): Promise<void>
}

export type ServiceOptions = {
  readonly dataDir: string
  /** Where to leave a CPU profile of each of its threads. */
  readonly profileDirectory?: string | undefined
  /** What is set beside the defaults. */
  readonly environment?: Readonly<Record<string, string>>
}

const MAIN = fileURLToPath(new URL('../../../services/cli/main.js', import.meta.url))
const READY = /^\s*API\s+(http\S+?)\/?$/m
const SHOWN_CHARACTERS = 4000

/** Starts the built service as `framelog serve` does, with nothing in its environment that would change it. */
export async function startService(options: ServiceOptions): Promise<ServiceProcess> {
  const { dataDir, profileDirectory, environment } = options
  const profile = profileDirectory ? ['--cpu-prof', `--cpu-prof-dir=${profileDirectory}`] : []
  const { PATH, HOME, TZ } = process.env
  const defaults = { PATH, HOME, TZ, HOST: '127.0.0.1', PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'warn' }
  const env = { ...defaults, ...environment }
  const started = performance.now()
  const report = `${dataDir}-report.json`
  const child = spawn(process.execPath, [...profile, ...reportFlags(report), MAIN, 'serve'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = tailOf(child)
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  const endWithUs = () => void child.kill('SIGKILL')
  process.once('exit', endWithUs)
  exited.then(() => process.off('exit', endWithUs))
  const origin = await readyAt(child, exited, output)
  return {
    origin,
    readySeconds: (performance.now() - started) / 1000,
    cpuSeconds: () => processCpuSeconds(child.pid!),
    memory: () => processMemory(child.pid!),
    heapsMb: () => processHeapsMb(child, report),
    stop: async () => {
      child.kill('SIGTERM')
      const [code, signal] = await exited
      if (code !== 0) throw new Error(`the service ended with ${code ?? signal}:\n${output()}`)
    },
  }
}

function readyAt(child: ChildProcess, exited: Promise<unknown[]>, output: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let told = ''
    const listen = (chunk: Buffer) => {
      told += chunk
      const url = READY.exec(told)?.[1]
      if (!url) return
      child.stderr?.off('data', listen)
      resolve(url)
    }
    child.stderr?.on('data', listen)
    exited.then(([code]) =>
      reject(new Error(`the service ended with ${code} before it was ready:\n${output()}`)),
    )
  })
}

/** The end of what it said, for when something goes wrong. */
function tailOf({ stdout, stderr }: ChildProcess): () => string {
  let tail = ''
  const keep = (chunk: Buffer) => {
    tail = (tail + chunk).slice(-SHOWN_CHARACTERS)
  }
  stdout?.on('data', keep)
  stderr?.on('data', keep)
  return () => tail
}
