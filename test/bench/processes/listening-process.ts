import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { ListeningMessage } from './listening-server.ts'
import { processCpuSeconds } from './process-cpu.ts'

/** All who are told, in a process of their own: elsewhere they would be on other machines. */
export type ListeningProcess = {
  /** Where webhooks are told. */
  readonly sinkUrl: string
  cpuSeconds(): number | undefined
  /** Asked one after the other. */
  openReaders(origin: string, count: number, looks: boolean): Promise<void>
  /** Resolves once each reader has had so many events since they were opened. */
  read(events: number): Promise<void>
  /** Resolves once webhooks have been told so many times since it was last forgotten. */
  told(events: number): Promise<void>
  /** Milliseconds, since they were last taken. */
  takeLatencies(): Promise<readonly number[]>
  closeReaders(): Promise<void>
  forgetTold(): Promise<void>
  stop(): Promise<void>
}

export async function startListening(): Promise<ListeningProcess> {
  const child = fork(new URL('./listening-server.js', import.meta.url))
  const sinkUrl = (await answerOf(child)) as string
  const ask = async (message: ListeningMessage): Promise<unknown> => {
    const answer = answerOf(child)
    child.send(message)
    return await answer
  }
  return {
    sinkUrl,
    cpuSeconds: () => processCpuSeconds(child.pid!),
    openReaders: async (origin, count, looks) => {
      await ask({ ask: 'open readers', origin, count, looks })
    },
    read: async (events) => {
      await ask({ ask: 'when read', events })
    },
    told: async (events) => {
      await ask({ ask: 'when told', events })
    },
    takeLatencies: async () => (await ask({ ask: 'take latencies' })) as readonly number[],
    closeReaders: async () => {
      await ask({ ask: 'close readers' })
    },
    forgetTold: async () => {
      await ask({ ask: 'forget told' })
    },
    stop: async () => {
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const waiting = new AbortController()
  const { signal } = waiting
  const died = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`those who are told ended with ${code}`)
  })
  const [message] = await Promise.race([once(child, 'message', { signal }), died]).finally(() => {
    died.catch(() => undefined)
    waiting.abort()
  })
  const { answer, error } = message as { readonly answer: unknown; readonly error?: string }
  if (error !== undefined) throw new Error(error)
  return answer
}
