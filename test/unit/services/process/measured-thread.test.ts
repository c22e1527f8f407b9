import { Worker } from 'node:worker_threads'
import { afterEach, expect, it } from 'vitest'
import { createLogger } from '../../../../services/observability/logger.ts'
import { type MeasuredThread, measuredThread } from '../../../../services/process/measured-thread.ts'

/** Begins when it is told to by a flag that all threads share. */
const SCRIPT = `
  const { parentPort, workerData } = require('node:worker_threads')
  const flags = new Int32Array(workerData)
  const look = setInterval(() => {
    if (Atomics.load(flags, 0) === 0) return
    clearInterval(look)
    parentPort.postMessage({ type: 'ready' })
  }, 5)
  parentPort.on('message', () => { clearInterval(look); parentPort.close() })`

let thread: MeasuredThread | undefined
afterEach(() => thread?.stop())

it('a thread is not well before it has begun', async () => {
  const flags = new SharedArrayBuffer(4)
  const make = () => new Worker(SCRIPT, { eval: true, workerData: flags })
  thread = measuredThread(make, 'the work', 'worker', createLogger('silent'))
  await expect(thread.check()).rejects.toThrow('the work has not begun yet')
  Atomics.store(new Int32Array(flags), 0, 1)
  await expect.poll(() => thread?.check().then(() => 'well', String)).toBe('well')
})
