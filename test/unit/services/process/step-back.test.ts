import { once } from 'node:events'
import { getPriority } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'

const built = pathToFileURL(join(import.meta.dirname, '../../../../dist/services/process/step-back.js'))

it.runIf(process.platform === 'linux')('a thread that steps back leaves others as they are', async () => {
  const before = getPriority()
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads')
     const { getPriority } = require('node:os')
     import(${JSON.stringify(built.href)}).then(({ stepBack }) => {
       stepBack()
       parentPort.postMessage(getPriority())
     })`,
    { eval: true },
  )
  const [after] = await once(worker, 'message')
  await worker.terminate()
  expect(after).toBe(Math.min(19, before + 10))
  expect(getPriority()).toBe(before)
})
