import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { LogUnavailable } from '../../../ports/event-log.ts'
import { tracedCommit } from '../../../tracing/traced-commit.ts'
import { tracing } from '../../../tracing/tracing.ts'
import { restartGate } from './restart-gate.ts'
import type { Answer, BatchFailure, FromWriter, ToWriter, WriteRequest } from './writer-messages.ts'

export type BatchMetrics = {
  /** Called once a transaction: its appends, the events they wrote, and the age of the oldest when answered. */
  appended?(batchSize: number, events: number, seconds: number): void
}

export type WriterThread = {
  /** Answered in the order of the calls. @throws LogUnavailable */
  send(request: WriteRequest): Promise<Answer>
  /** How many appends the thread has answered that they were not done. */
  refusals(): number
  /** Takes no more requests; resolves when all are answered. */
  settle(): Promise<void>
  /** Ends the thread. */
  end(): Promise<void>
}

export type WriterThreadOptions = {
  readonly spawn: () => Worker
  /** After each transaction that added events. */
  readonly onCommitted: () => void
  /** For a request whose thread died: what it would have been answered, where it was committed. */
  readonly answerOfLost: (request: WriteRequest) => Answer | undefined
  readonly metrics: BatchMetrics
  /** Default: with the first request. */
  readonly startsAtOnce?: boolean
}

type Pending = {
  readonly request: WriteRequest
  /** Milliseconds, of a monotonic clock. */
  readonly sentAt: number
  readonly resolve: (answer: Answer) => void
  readonly reject: (reason: Error) => void
}

/**
 * This thread's side of the writer. All requests made in one turn of the event loop cross over as one message.
 * The thread keeps the process alive only while answers are due, and is started anew should it die.
 */
export function writerThread({
  spawn,
  onCommitted,
  answerOfLost,
  metrics,
  startsAtOnce = false,
}: WriterThreadOptions): WriterThread {
  const gate = restartGate()
  let pending: Pending[] = []
  let outbox: WriteRequest[] = []
  let closed = false
  let settled: (() => void) | undefined
  let refusals = 0

  function start(): Worker {
    const started = spawn()
    let reason: unknown
    started.on('message', answer)
    started.on('error', (error) => {
      reason = error
    })
    started.on('exit', () => {
      if (worker !== started) return
      worker = undefined
      refusals = 0
      gate.died()
      giveUp(new LogUnavailable('the event log had to be restarted', { cause: reason }))
    })
    return started
  }

  let worker = startsAtOnce ? start() : undefined

  function flush(): void {
    if (outbox.length === 0) return
    worker?.postMessage(outbox satisfies ToWriter)
    outbox = []
  }

  function answer(message: FromWriter): void {
    const answered = pending.splice(0, 'failure' in message ? message.requests : message.answers.length)
    if (pending.length === 0) {
      worker?.unref()
      settled?.()
    }
    if ('failure' in message) {
      const reason = failure(message.failure)
      refusals += answered.filter(({ request }) => request.kind === 'append').length
      for (const { reject } of answered) reject(reason)
      return
    }
    gate.worked()
    if (message.events > 0 && tracing()) tracedCommit(answered, message)
    refusals += message.answers.filter(isRefused).length
    for (const [index, { resolve }] of answered.entries()) resolve(message.answers[index]!)
    if (message.events > 0) onCommitted()
    if (message.appends > 0) {
      metrics.appended?.(message.appends, message.events, (performance.now() - answered[0]!.sentAt) / 1000)
    }
  }

  /** The thread is gone. What it had committed but not yet answered is in the log: those were successes. */
  function giveUp(reason: LogUnavailable): void {
    const lost = pending
    pending = []
    outbox = []
    settled?.()
    for (const { request, resolve, reject } of lost) {
      const found = answerOfLost(request)
      if (found === undefined) reject(reason)
      else resolve(found)
    }
  }

  return {
    refusals: () => refusals,
    send(request) {
      if (closed) return Promise.reject(new LogUnavailable('the event log is closed'))
      if (!worker && !gate.isOpen())
        return Promise.reject(new LogUnavailable('the event log is being restarted'))
      worker ??= start()
      if (pending.length === 0) worker.ref()
      if (outbox.push(request) === 1) setImmediate(flush)
      return new Promise((resolve, reject) => {
        pending.push({ request, sentAt: performance.now(), resolve, reject })
      })
    },
    settle() {
      closed = true
      return pending.length === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            settled = resolve
          })
    },
    async end() {
      if (!worker) return
      const exited = once(worker, 'exit')
      worker.ref()
      worker.postMessage(null satisfies ToWriter)
      await exited
    },
  }
}

const isRefused = (given: Answer): boolean => typeof given === 'object' && given?.ok === false

const failure = ({ message, unavailable }: BatchFailure): Error =>
  unavailable
    ? new LogUnavailable(`the event log cannot be written: ${message}`)
    : new Error(`the event log failed: ${message}`)
