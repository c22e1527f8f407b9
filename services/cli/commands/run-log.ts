import { existsSync } from 'node:fs'
import type { RecordedEvent } from '../../../contracts/events/recorded-event.ts'
import { openSqliteEventLog } from '../../adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { logPath } from '../../config/log-place.ts'
import type { EventLog } from '../../ports/event-log.ts'
import { Failure } from '../failure.ts'
import { printJson, printLine } from '../output.ts'
import { listenForInterruption } from './interruption.ts'

export type LogFlags = {
  readonly dataDir: string
  readonly stream?: string
  readonly type?: string
  /** A position, included. */
  readonly from: number
  readonly follow?: boolean
  readonly json?: boolean
}

const PAGE_LENGTH = 500
const MAX_DATA_CHARACTERS = 160
const STAY_MS = 60_000

export async function runLog(flags: LogFlags): Promise<void> {
  const path = logPath({ DATA_DIR: flags.dataDir, LOG_DIR: process.env['LOG_DIR'] })
  if (!existsSync(path))
    throw new Failure(`there is no event log at ${path} (name its folder with --data-dir)`)
  const log = openSqliteEventLog({ path })
  const show = printerOf(flags)
  try {
    if (flags.follow) await follow(log, flags.from, show)
    else for await (const events of pagesOf(log, flags)) show(events)
  } finally {
    await log.close()
  }
}

async function follow(
  log: EventLog,
  from: number,
  show: (events: readonly RecordedEvent[]) => void,
): Promise<void> {
  const subscription = log.subscribe(from - 1, show)
  const { stopped, end } = listenForInterruption(true)
  stopped.addEventListener('abort', () => void subscription.stop(), { once: true })
  // A subscription by itself lets the process end.
  const staying = setInterval(() => undefined, STAY_MS)
  try {
    await subscription.ended
  } finally {
    clearInterval(staying)
    end()
  }
}

/** One stream is read by itself: the whole log may be long. */
async function* pagesOf(log: EventLog, { stream, from }: LogFlags): AsyncGenerator<readonly RecordedEvent[]> {
  let next = stream === undefined ? from - 1 : 0
  for (;;) {
    const events =
      stream === undefined
        ? await log.readAll(next, PAGE_LENGTH)
        : await log.readStream(stream, next, PAGE_LENGTH)
    const last = events.at(-1)
    if (!last) return
    yield events
    next = stream === undefined ? last.position : last.revision + 1
  }
}

function printerOf({ stream, type, from, json }: LogFlags) {
  const isWanted = (event: RecordedEvent) =>
    event.position >= from &&
    (stream === undefined || event.stream === stream) &&
    (type === undefined || event.type === type)
  return (events: readonly RecordedEvent[]): void => {
    for (const event of events) {
      if (!isWanted(event)) continue
      if (json) printJson(event)
      else printLine(lineOf(event))
    }
  }
}

function lineOf({ position, timeMs, type, stream, revision, data }: RecordedEvent): string {
  const text = JSON.stringify(data)
  const shown = text.length > MAX_DATA_CHARACTERS ? `${text.slice(0, MAX_DATA_CHARACTERS)}…` : text
  return `${position}  ${new Date(timeMs).toISOString()}  ${type}  ${stream}@${revision}  ${shown}`
}
