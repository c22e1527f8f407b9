import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'vitest'
import type { RecordedEvent } from '../../../contracts/events/recorded-event.ts'
import { openSqliteEventLog } from '../../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import type { EventLog } from '../../../services/ports/event-log.ts'
import { temporaryPath } from './temporary-log.ts'

const WRITER = join(import.meta.dirname, '../../../dist/test/support/event-log/crash-writer.js')
/** A process is killed after at most so many of its appends were acknowledged. */
const MOST_ACKNOWLEDGED = 300

/** What writers were told is on disk. */
type Acknowledged = {
  readonly commands: Map<string, { readonly position: number; readonly events: number }>
  readonly checkpoints: Map<string, number>
}

export type CrashPlan = {
  readonly rounds: number
  /** Processes that write the same file at once. */
  readonly processes: number
}

/**
 * Time and again: processes append to one log and are killed (SIGKILL) in the middle of it; the log is opened
 * and everything any process was ever told is looked for.
 * @returns how many appends were acknowledged in all.
 */
export async function surviveCrashes({ rounds, processes }: CrashPlan): Promise<number> {
  const { path, remove } = temporaryPath()
  const acknowledged: Acknowledged = { commands: new Map(), checkpoints: new Map() }
  try {
    for (let round = 0; round < rounds; round++) {
      const consumers = Array.from({ length: processes }, (_, n) => `consumer-${round}-${n}`)
      await Promise.all(consumers.map((consumer) => writeUntilKilled(path, consumer, acknowledged)))
      const log = openSqliteEventLog({ path })
      await verify(log, acknowledged)
      await log.close()
    }
    return acknowledged.commands.size
  } finally {
    remove()
  }
}

async function writeUntilKilled(path: string, consumer: string, acknowledged: Acknowledged): Promise<void> {
  const child: ChildProcess = spawn(process.execPath, [WRITER, path, consumer], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  let toKill = randomInt(1, MOST_ACKNOWLEDGED)
  for await (const line of createInterface({ input: child.stdout! })) {
    const [kind, ...words] = line.split(' ')
    if (kind === 'appended') {
      const [commandId, position, events] = words
      acknowledged.commands.set(commandId!, { position: Number(position), events: Number(events) })
      if (--toKill === 0) child.kill('SIGKILL')
    } else {
      acknowledged.checkpoints.set(
        consumer,
        Math.max(Number(words[0]), acknowledged.checkpoints.get(consumer) ?? 0),
      )
    }
  }
  expect(await exited).toEqual([null, 'SIGKILL'])
}

async function verify(log: EventLog, { commands, checkpoints }: Acknowledged): Promise<void> {
  const events = await log.readAll(0, 1_000_000)
  expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => index + 1))

  for (const [commandId, { position, events: count }] of commands) {
    const found = events.slice(position - count, position)
    expect(found.map(commandOf)).toEqual(
      Array.from({ length: count }, (_, n) => `${commandId} ${n} ${count}`),
    )
  }
  assertWholeAppends(events)

  const streams = byStream(events)
  for (const [stream, its] of streams) {
    expect(its.map(({ revision }) => revision)).toEqual(its.map((_, index) => index))
    expect(await log.readStream(stream, 0, its.length + 1)).toEqual(its)
  }
  for (const [consumer, position] of checkpoints) {
    expect(await log.loadCheckpoint(consumer)).toBeGreaterThanOrEqual(position)
  }
}

/** Each append, acknowledged or not, is there from its first event to its last, and nothing between them. */
function assertWholeAppends(events: readonly RecordedEvent[]): void {
  let next = 0
  while (next < events.length) {
    const [commandId, first, count] = commandOf(events[next]!).split(' ')
    expect(first).toBe('0')
    for (let n = 0; n < Number(count); n++)
      expect(commandOf(events[next++]!)).toBe(`${commandId} ${n} ${count}`)
  }
}

/** `<command id> <place in its append> <events of the append>` */
const commandOf = (event: RecordedEvent | undefined): string => {
  if (!event || !('label' in event.data)) return 'nothing'
  return String(event.data.label).split(' ').slice(0, 3).join(' ')
}

function byStream(events: readonly RecordedEvent[]): Map<string, RecordedEvent[]> {
  const streams = new Map<string, RecordedEvent[]>()
  for (const event of events) {
    const its = streams.get(event.stream)
    if (its) its.push(event)
    else streams.set(event.stream, [event])
  }
  return streams
}
