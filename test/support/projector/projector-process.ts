import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { dieWithTests } from '../die-with-tests.ts'

const MAIN = join(import.meta.dirname, '../../../dist/test/support/projector/main.js')

/** Starts a projector on the data directory of a service. @returns what ends it with SIGKILL */
export function startProjectorProcess(
  dataDir: string,
  environment: Record<string, string>,
): () => Promise<void> {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'], DATA_DIR: dataDir, ...environment },
    stdio: 'ignore',
  })
  dieWithTests(child)
  const exited = once(child, 'exit')
  return async () => {
    child.kill('SIGKILL')
    await exited
  }
}
