import { readFileSync } from 'node:fs'

export type ProcessMemory = { readonly rssMb: number; readonly peakMb: number }

/** Resident memory of a process, in MB of 1024 x 1024 bytes; undefined where the system is not Linux. */
export function processMemory(pid: number): ProcessMemory | undefined {
  if (process.platform !== 'linux') return undefined
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return { rssMb: megabytes(status, 'VmRSS'), peakMb: megabytes(status, 'VmHWM') }
}

function megabytes(status: string, field: string): number {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)
  if (!found) throw new Error(`/proc has no ${field}`)
  return Number(found[1]) / 1024
}
