import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { restartingWorker } from '../../../../services/process/restarting-worker.ts'

const ROUNDS = 20
const WITHIN_MS = 5

/** @returns once it has said that it is ready */
async function busyThread() {
  const make = () => new Worker(new URL('../../../support/process/busy-thread.js', import.meta.url))
  const errors: unknown[] = []
  let isOver = false
  const stop = await new Promise<(withinMs: number) => Promise<void>>((resolve) => {
    const thread = restartingWorker(make, {
      consumer: 'busy',
      onMessage: () => resolve(thread.stop),
      onError: (error) => errors.push(error),
      onExit: () => {
        isOver = true
      },
    })
  })
  return { stop, seen: () => ({ errors, isOver }) }
}

it('a thread that does not come to its end in time is cut off, and the process lives on, whatever it was at', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const thread = await busyThread()
    await thread.stop(WITHIN_MS)
    expect(thread.seen()).toEqual({ errors: [], isOver: true })
  }
})

it('a thread is cut off while it begins', async () => {
  const script = `
    import(${JSON.stringify(new URL('../../../../services/process/worker-port.js', import.meta.url).href)})
      .then(({ workerPort }) => { workerPort(); setInterval(() => {}, 1000) })`
  const { stop } = restartingWorker(() => new Worker(script, { eval: true }), {
    consumer: 'slow to begin',
    onError: (error) => expect.unreachable(String(error)),
  })
  await stop(0)
})
