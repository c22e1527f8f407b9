import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { dieWithTests } from '../die-with-tests.ts'
import type { FromServer, ToServer } from './server-process.ts'

export type ForkedEventStore = {
  readonly url: string
  /** Has one of so many calls go wrong; 0 for none. */
  faultEvery(calls: number): void
  /** Loses all connections. */
  cut(): void
  stop(): Promise<void>
}

/** Built, whether or not this is. */
const ROOT = join(
  import.meta.dirname.replace(/\/dist\/test\/support\/eventstore$/, '/test/support/eventstore'),
  '../../..',
)
const BUILT = join(ROOT, 'dist/test/support/eventstore/server-process.js')

/** Starts the server as a process of its own: it keeps what it has in memory as long as it runs. */
export async function forkEventStore(): Promise<ForkedEventStore> {
  const child: ChildProcess = fork(BUILT, { execArgv: [] })
  dieWithTests(child)
  const [message] = (await once(child, 'message')) as [FromServer]
  const tell = (to: ToServer) => void child.send(to)
  return {
    url: message.url,
    faultEvery: (calls) => tell({ faultEvery: calls }),
    cut: () => tell({ cut: true }),
    stop: async () => {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}
