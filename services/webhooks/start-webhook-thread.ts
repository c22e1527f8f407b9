import { Worker } from 'node:worker_threads'
import type { Logger } from '../observability/logger.ts'
import { restartingWorker } from '../process/restarting-worker.ts'
import { YOUNG_GENERATION } from '../process/young-generation.ts'
import type { FromWebhooks, ToWebhooks, WebhookThreadOptions } from './webhook-messages.ts'

export type WebhookThread = {
  /** Its metrics as Prometheus reads them; none while it is not running. */
  metrics(): Promise<string>
  /** @throws where it has died and is not back yet */
  check(): Promise<void>
  /** Resolves once it has written down how far it came. */
  stop(): Promise<void>
}

const MEASURE_TIMEOUT_MS = 1_000

/**
 * Delivers on a thread of its own: a thousand requests for one event are no reason for clients to wait. Should
 * it die, it is started again, and goes on where it was.
 */
export function startWebhookThread(options: WebhookThreadOptions, logger: Logger): WebhookThread {
  let isReady = false
  let hasDied = false
  let asking: ((text: string) => void)[] = []

  const answer = (text: string) => {
    for (const resolve of asking) resolve(text)
    asking = []
  }
  const make = () =>
    new Worker(new URL('./webhook-thread.js', import.meta.url), {
      name: 'framelog-webhooks',
      resourceLimits: YOUNG_GENERATION,
      workerData: options,
    })
  const worker = restartingWorker(make, {
    onMessage: (message) => {
      const told = message as FromWebhooks
      if (told.type === 'measured') return answer(told.text)
      isReady = true
      hasDied = false
    },
    onError: (err) => logger.error({ err }, 'the delivery of webhooks has stopped'),
    onExit: () => {
      isReady = false
      hasDied = true
      answer('')
    },
  })

  return {
    metrics: () => {
      if (!isReady) return Promise.resolve('')
      return new Promise((resolve) => {
        const timer = setTimeout(() => answer(''), MEASURE_TIMEOUT_MS)
        asking.push((text) => {
          clearTimeout(timer)
          resolve(text)
        })
        if (asking.length === 1) worker.post('measure' satisfies ToWebhooks)
      })
    },
    check: async () => {
      if (hasDied) throw new Error('the delivery of webhooks is not running')
    },
    stop: () => worker.stop('stop' satisfies ToWebhooks),
  }
}
