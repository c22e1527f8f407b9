import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { BareMessage } from './bare-server.ts'
import { processCpuSeconds } from './process-cpu.ts'

export type BareProcess = {
  readonly origin: string
  cpuSeconds(): number | undefined
  /** Has it answer a GET of `url` (path and query) with these bytes. */
  serve(url: string, body: string): Promise<void>
  stop(): Promise<void>
}

/** Starts the bare Express handler as a process of its own, on the Node that runs this. */
export const startBare = (): Promise<BareProcess> => startHandler('./bare-server.js')

/** @param file the built module of a handler that takes BareMessage @param args what it is started with */
export async function startHandler(file: string, args: readonly string[] = []): Promise<BareProcess> {
  const child = fork(new URL(file, import.meta.url), args)
  const { port } = (await answer(child)) as { port: number }
  return {
    origin: `http://127.0.0.1:${port}`,
    cpuSeconds: () => processCpuSeconds(child.pid!),
    serve: async (url, body) => {
      const stored = answer(child)
      child.send({ url, body } satisfies BareMessage)
      await stored
    },
    stop: async () => {
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}

async function answer(child: ChildProcess): Promise<unknown> {
  const waiting = new AbortController()
  const { signal } = waiting
  const died = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`the bare handler ended with ${code}`)
  })
  const [message] = await Promise.race([once(child, 'message', { signal }), died]).finally(() => {
    died.catch(() => undefined)
    waiting.abort()
  })
  return message
}
