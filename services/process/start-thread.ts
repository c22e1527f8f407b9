import { getEnvironmentData, setEnvironmentData, Worker, type WorkerOptions } from 'node:worker_threads'

const FLAG = 'framelog.thread-has-ended'
/** For all threads together, milliseconds: what one is in the middle of takes less. */
const END_WITHIN_MS = 5_000

type Started = { readonly hasEnded: Int32Array; readonly endMessage: unknown }

const started = new Map<Worker, Started>()

/**
 * Starts a thread that outlives what it is in the middle of, where this thread ends without it: by `process.exit`, an error
 * nobody catches, or as the thread of one that ends so. Node cuts off the threads of a thread that ends, and SQLite's
 * binding ends the whole process, as if it had crashed, where that comes during a call.
 *
 * The thread has to call `sayWhenThreadEnds`.
 * @param endMessage what has it come to its end soon
 */
export function startThread(file: URL, options: WorkerOptions, endMessage: unknown): Worker {
  const hasEnded = new Int32Array(new SharedArrayBuffer(4))
  // A thread is handed what is there when it is made.
  setEnvironmentData(FLAG, hasEnded)
  const worker = new Worker(file, options)
  setEnvironmentData(FLAG)
  // Before this thread says that it has ended itself.
  if (started.size === 0) process.prependListener('exit', endThreads)
  started.set(worker, { hasEnded, endMessage })
  worker.once('exit', () => {
    started.delete(worker)
    if (started.size === 0) process.off('exit', endThreads)
  })
  return worker
}

/** To be called by a thread that `startThread` started, before it calls anything that must not be cut off. */
export function sayWhenThreadEnds(): void {
  const hasEnded = getEnvironmentData(FLAG)
  if (!(hasEnded instanceof Int32Array)) return
  process.on('exit', () => {
    Atomics.store(hasEnded, 0, 1)
    Atomics.notify(hasEnded, 0)
  })
}

/** Nothing else runs here any more: this thread waits. */
function endThreads(): void {
  const endsAt = performance.now() + END_WITHIN_MS
  for (const [worker, { endMessage }] of started) worker.postMessage(endMessage)
  for (const { hasEnded } of started.values())
    Atomics.wait(hasEnded, 0, 0, Math.max(0, endsAt - performance.now()))
}
