import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { spreadOf } from '../statistics.ts'

/** What a reader has to know of where the numbers come from. */
export type Environment = {
  readonly date: string
  readonly node: string
  readonly system: string
  readonly processor: string
  readonly cores: number
  readonly memory_gb: number
  /** Of the last minute, before anything was measured: what else the machine was doing. */
  readonly load_average: number
  /** Of the directory the data was in. On one that lives in memory, durability costs nothing. */
  readonly file_system: string
  /** Milliseconds until 4 KiB appended to a file are on disk. */
  readonly fsync_ms: { readonly min: number; readonly median: number; readonly max: number }
}

export async function environmentOf(directory: string): Promise<Environment> {
  const [processor] = cpus()
  const { type: fileSystem } = await statfs(directory)
  return {
    date: new Date().toISOString(),
    node: process.version,
    system: `${type()} ${release()}`,
    processor: processor?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory_gb: Math.round(totalmem() / 1024 ** 3),
    load_average: loadavg()[0]!,
    file_system: FILE_SYSTEMS.get(fileSystem) ?? `0x${fileSystem.toString(16)}`,
    fsync_ms: spreadOf(fsyncTimes(directory)),
  }
}

/** Linux's numbers for those that are common. @see statfs(2) */
const FILE_SYSTEMS = new Map([
  [0xef53, 'ext4'],
  [0x5846_5342, 'xfs'],
  [0x9123_683e, 'btrfs'],
  [0x2fc1_2fc1, 'zfs'],
  [0x794c_7630, 'overlay'],
  [0x6969, 'nfs'],
  [0x0102_1994, 'tmpfs (in memory!)'],
])

const SYNCS = 50
const BLOCK = Buffer.alloc(4096, 1)

function fsyncTimes(directory: string): readonly number[] {
  const path = join(directory, 'fsync-probe')
  const file = openSync(path, 'w')
  try {
    return Array.from({ length: SYNCS }, () => {
      const started = performance.now()
      writeSync(file, BLOCK)
      fsyncSync(file)
      return performance.now() - started
    })
  } finally {
    closeSync(file)
    rmSync(path)
  }
}
