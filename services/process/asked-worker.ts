import type { Worker } from 'node:worker_threads'
import { restartingWorker } from './restarting-worker.ts'

export type AskedWorker<A> = {
  /** What the worker answers to `measure`; something else while it is not running, or gives no answer. */
  measure(): Promise<A>
  /** Resolves once it has come to its end. @param withinMs if it takes longer it is cut off */
  stop(withinMs?: number): Promise<void>
}

export type Ready = { readonly type: 'ready' }

export type AskedWorkerOptions<A, M> = {
  /** How the consumer is called that runs there. */
  readonly consumer: string
  /** Hears each message of the worker, but that it is ready. @returns what it answers, where it answers */
  readonly answerIn: (message: M) => A | undefined
  readonly onReady?: () => void
  /** In place of an answer. */
  readonly notRunning: A
  readonly noAnswer: A
  readonly onError: (error: unknown) => void
  readonly onExit?: () => void
}

const ANSWER_WITHIN_MS = 1_000

/**
 * A worker that is asked how it is, once it has said that it is ready. Should it die, it is started again. Those who ask while a question is open share its answer.
 */
export function askedWorker<A, M extends { readonly type: string }>(
  make: () => Worker,
  { consumer, answerIn, onReady, notRunning, noAnswer, onError, onExit }: AskedWorkerOptions<A, M>,
): AskedWorker<A> {
  let isReady = false
  let asking: ((answer: A) => void)[] = []
  const answer = (text: A) => {
    for (const resolve of asking) resolve(text)
    asking = []
  }
  const worker = restartingWorker(make, {
    consumer,
    onMessage: (message) => {
      const told = message as M | Ready
      if (told.type === 'ready') {
        isReady = true
        onReady?.()
        return
      }
      const answered = answerIn(told as M)
      if (answered !== undefined) answer(answered)
    },
    onError,
    onExit: () => {
      isReady = false
      onExit?.()
      answer(notRunning)
    },
  })

  return {
    measure: () => {
      if (!isReady) return Promise.resolve(notRunning)
      return new Promise((resolve) => {
        const timer = setTimeout(() => answer(noAnswer), ANSWER_WITHIN_MS)
        asking.push((told) => {
          clearTimeout(timer)
          resolve(told)
        })
        if (asking.length === 1) worker.post({ type: 'measure' })
      })
    },
    stop: worker.stop,
  }
}
