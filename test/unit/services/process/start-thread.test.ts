import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { builtModule } from '../../../support/built-module.ts'

/** Starts a thread that is in SQLite nearly all the time, and when it has begun, and a moment has passed, does `then`. */
const besideBusyThread = (then: string) => `
  import(${builtModule('services/process/worker-port.js')}).then(({ startPortThread }) => {
    const thread = startPortThread(new URL(${builtModule('test/support/process/busy-thread.js')}), {})
    thread.once('message', () => setTimeout(() => { ${then} }, Math.random() * 10))
  })`

const ROUNDS = 10

/** @returns how a process ends that runs `script`, again and again */
async function endings(script: string): Promise<readonly (number | string)[]> {
  const seen = new Set<number | string>()
  for (let round = 0; round < ROUNDS; round += 1) {
    const child = spawn(process.execPath, ['-e', script], { stdio: 'ignore' })
    const [code, signal] = await once(child, 'exit')
    seen.add(signal ?? code)
  }
  return [...seen]
}

describe('a thread that is in the middle of a call to SQLite', () => {
  it('comes to its end first where the process exits', async () => {
    expect(await endings(besideBusyThread('process.exit(3)'))).toEqual([3])
  })

  it('comes to its end first where the process dies of an error', async () => {
    expect(await endings(besideBusyThread('throw new Error("not foreseen")'))).toEqual([1])
  })

  it.each(['process.exit()', 'throw new Error("not foreseen")'])(
    'comes to its end first where the thread it belongs to ends by %s, and the process lives on',
    async (end) => {
      const script = `
        const { Worker } = require('node:worker_threads')
        const thread = new Worker(${JSON.stringify(besideBusyThread(end))}, { eval: true })
        thread.once('error', () => {})
        thread.once('exit', () => process.exit(4))`
      expect(await endings(script)).toEqual([4])
    },
  )
})
