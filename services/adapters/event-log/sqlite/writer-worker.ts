import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { sayWhenThreadEnds } from '../../../process/start-thread.ts'
import { batchLength } from './batch-length.ts'
import { announcer } from './commit-announcement.ts'
import { type LogWriter, openLogWriter } from './log-writer.ts'
import { refusalMemory } from './refusal-memory.ts'
import { isUnavailability, SQLITE_BUSY, SQLITE_FULL, sqliteCode } from './sqlite-error.ts'
import type { FromWriter, ToWriter, WriteRequest, WriterOptions } from './writer-messages.ts'

/** The writer thread: takes all that has arrived, commits it as one transaction, answers, and so on. */

if (!parentPort) throw new Error('the writer runs in a worker thread only')
const port = parentPort
sayWhenThreadEnds()
const options = workerData as WriterOptions & { readonly announcer: string }
const announce = announcer(options.path, options.announcer)
let waiting: WriteRequest[] = []
let writer: LogWriter | undefined
let closing = false
const refusals = refusalMemory()

port.on('message', (message: ToWriter) => {
  receive(message)
  receiveAll()
  while (waiting.length > 0) {
    const requests = waiting.slice(0, batchLength(waiting))
    waiting = waiting.slice(requests.length)
    const outcome = commit(requests)
    port.postMessage(outcome)
    if ('events' in outcome && outcome.events > 0) announce()
    receiveAll()
    tidy()
    receiveAll()
  }
  if (closing) close()
})

function receive(message: ToWriter): void {
  if (message === null) closing = true
  else waiting = waiting.length === 0 ? [...message] : waiting.concat(message)
}

function receiveAll(): void {
  for (;;) {
    const received = receiveMessageOnPort(port)
    if (!received) return
    receive(received.message)
  }
}

function commit(requests: readonly WriteRequest[]): FromWriter {
  try {
    writer ??= openLogWriter(options, refusals)
    const appends = requests.filter(({ kind }) => kind === 'append').length
    const fromMs = Date.now()
    const started = performance.now()
    const committed = writer.commit(requests)
    return { appends, fromMs, toMs: fromMs + performance.now() - started, ...committed }
  } catch (error) {
    recover(error)
    for (const request of requests) if (request.kind === 'append') refusals.note(request)
    const message = error instanceof Error ? error.message : String(error)
    return { failure: { message, unavailable: isUnavailability(error) }, requests: requests.length }
  }
}

/** What could not be done now is due again after the next commit. */
function tidy(): void {
  try {
    writer?.tidy(waiting.length === 0)
  } catch (error) {
    if (!isUnavailability(error)) throw error
    recover(error)
  }
}

/** A lock or a full disk passes; after anything else the next batch starts with a new connection. */
function recover(error: unknown): void {
  const code = sqliteCode(error)
  if (code === SQLITE_BUSY || code === SQLITE_FULL) return
  writer?.abandon()
  writer = undefined
}

/** A WAL that could not be emptied is read again at the next start. */
function close(): void {
  try {
    writer?.close()
  } catch (error) {
    if (!isUnavailability(error)) throw error
  }
  announce.close()
  port.close()
}
