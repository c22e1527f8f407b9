import type { ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** Node's own report of a process, which it writes when it is asked to. @see https://nodejs.org/api/report.html */
export const reportFlags = (path: string): readonly string[] => [
  '--report-on-signal',
  '--report-signal=SIGUSR2',
  '--report-exclude-network',
  '--report-compact',
  `--report-filename=${path}`,
]

const LOOK_EVERY_MS = 50
const PATIENCE_MS = 20_000

type Heap = { readonly javascriptHeap: { readonly totalMemory: number } }

/** What V8 has taken for each thread, the main one first, MB of 1024 x 1024 bytes; nothing where it does not tell in time. */
export async function processHeapsMb(child: ChildProcess, path: string): Promise<readonly number[]> {
  if (process.platform === 'win32') return []
  rmSync(path, { force: true })
  child.kill('SIGUSR2')
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += LOOK_EVERY_MS) {
    await delay(LOOK_EVERY_MS)
    const report = existsSync(path) ? parsed(readFileSync(path, 'utf8')) : undefined
    if (!report) continue
    rmSync(path)
    return [report, ...report.workers].map(({ javascriptHeap }) => javascriptHeap.totalMemory / 1024 ** 2)
  }
  return []
}

/** @returns undefined where only half of it is written */
function parsed(text: string): (Heap & { readonly workers: readonly Heap[] }) | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
