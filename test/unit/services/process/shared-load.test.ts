import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { type SharedLoad, shareLoad } from '../../../../services/process/shared-load.ts'
import { builtModule } from '../../../support/built-module.ts'

const TURNS = 50

/** Has a thread work beside one that is as busy as `percent` says. @returns milliseconds that it rests */
async function restBeside(percent: number): Promise<number> {
  const load: SharedLoad = new Int32Array(new SharedArrayBuffer(4))
  load[0] = percent
  const worker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads')
    let rested = 0
    const { wait } = Atomics
    Atomics.wait = (array, index, value, ms) => {
      rested += ms
      return wait(array, index, value, ms)
    }
    import(${builtModule('services/process/shared-load.js')}).then(({ restWhileBusy }) => {
      restWhileBusy(workerData)
      let turns = 0
      const turn = () => {
        for (const until = performance.now() + 10; performance.now() < until; );
        turns += 1
        if (turns < ${TURNS}) setImmediate(turn)
        else parentPort.postMessage(rested)
      }
      turn()
    })`,
    { eval: true, workerData: load },
  )
  const [[rested]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')])
  return rested
}

it('a thread rests while another one has as much to do as it can, and at no other time', async () => {
  expect(await restBeside(95)).toBeGreaterThan(0)
  expect(await restBeside(40)).toBe(0)
})

it('a thread tells how busy it is', async () => {
  const { load, stop } = shareLoad()
  const busy = setInterval(() => {
    for (const until = performance.now() + 20; performance.now() < until; );
  }, 1)
  await expect.poll(() => load[0]).toBeGreaterThan(70)
  clearInterval(busy)
  await expect.poll(() => load[0]).toBeLessThan(50)
  stop()
})
