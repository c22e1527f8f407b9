import { once } from 'node:events'
import { getPriority } from 'node:os'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { builtModule } from '../../../support/built-module.ts'
import { withFolder } from '../../../support/running-service.ts'

/** Has a thread run `script`. @returns what it tells */
async function told(script: string): Promise<unknown> {
  const worker = new Worker(
    `const tell = (what) => require('node:worker_threads').parentPort.postMessage(what)\n${script}`,
    {
      eval: true,
    },
  )
  // It may be over as soon as it has told.
  const [[message]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')])
  return message
}

const steppedBack = (before: number): number => Math.min(19, before + 10)

describe.runIf(process.platform === 'linux')('a thread that steps back', () => {
  it('leaves others as they are', async () => {
    const before = getPriority()
    const after = await told(`
      import(${builtModule('services/process/step-back.js')}).then(({ stepBack }) => {
        stepBack()
        tell(require('node:os').getPriority())
      })`)
    expect(after).toBe(steppedBack(before))
    expect(getPriority()).toBe(before)
  })

  it('does not have the log written with less than it had when it opened it', async () => {
    await withFolder(async (folder) => {
      const withLess = await told(`
        const { readdirSync, readFileSync } = require('node:fs')
        const niceOf = (thread) => {
          const stat = readFileSync('/proc/self/task/' + thread + '/stat', 'utf8')
          return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])
        }
        const run = async () => {
          const { openLog } = await import(${builtModule('services/process/open-log.js')})
          const { stepBack } = await import(${builtModule('services/process/step-back.js')})
          const log = openLog({ DATA_DIR: ${JSON.stringify(folder)} }, { startsAtOnce: true })
          stepBack()
          await log.saveCheckpoint('someone', 0)
          tell(readdirSync('/proc/self/task').map(niceOf).filter((nice) => nice === ${steppedBack(getPriority())}).length)
          await log.close()
        }
        run()`)
      // The thread itself.
      expect(withLess).toBe(1)
    })
  })
})
