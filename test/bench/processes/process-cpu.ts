import { readFileSync } from 'node:fs'

/** What Linux counts in, on every machine Node runs on. @see proc(5), sysconf(_SC_CLK_TCK) */
const TICKS_PER_SECOND = 100
/** Of utime and stime among the fields after the command's name, which may hold anything. */
const USER_FIELD = 11
const SYSTEM_FIELD = 12

/** Seconds of processor time all threads of a process have had; undefined where the system is not Linux. */
export function processCpuSeconds(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[USER_FIELD]) + Number(fields[SYSTEM_FIELD])) / TICKS_PER_SECOND
}
