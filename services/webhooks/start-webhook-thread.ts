import { Worker } from 'node:worker_threads'
import type { Logger } from '../observability/logger.ts'
import type { FromWebhooks, ToWebhooks, WebhookThreadOptions } from './webhook-messages.ts'

export type WebhookThread = {
  /** Its metrics as Prometheus reads them; none while it is not running. */
  metrics(): Promise<string>
  /** @throws where it has died and is not back yet */
  check(): Promise<void>
  /** Resolves once it has written down how far it came. */
  stop(): Promise<void>
}

const RESTART_AFTER_MS = 1_000
const MEASURE_TIMEOUT_MS = 1_000

/**
 * Delivers on a thread of its own: a thousand requests for one event are no reason for clients to wait. Should
 * it die, it is started again, and goes on where it was.
 */
export function startWebhookThread(options: WebhookThreadOptions, logger: Logger): WebhookThread {
  let worker: Worker | undefined
  let isReady = false
  let hasDied = false
  let isStopping = false
  let restart: NodeJS.Timeout | undefined
  let exited = Promise.resolve()
  let asking: ((text: string) => void)[] = []

  const send = (message: ToWebhooks) => worker?.postMessage(message)
  const answer = (text: string) => {
    for (const resolve of asking) resolve(text)
    asking = []
  }

  const start = (): void => {
    const started = new Worker(new URL('./webhook-thread.js', import.meta.url), {
      name: 'framelog-webhooks',
      workerData: options,
    })
    worker = started
    started.on('message', (message: FromWebhooks) => {
      if (message.type === 'measured') return answer(message.text)
      isReady = true
      hasDied = false
    })
    started.once('error', (err) => logger.error({ err }, 'the delivery of webhooks has stopped'))
    exited = new Promise((resolve) => {
      started.once('exit', () => {
        isReady = false
        hasDied = true
        worker = undefined
        answer('')
        if (!isStopping) restart = setTimeout(start, RESTART_AFTER_MS)
        resolve()
      })
    })
  }
  start()

  return {
    metrics: () => {
      if (!isReady) return Promise.resolve('')
      return new Promise((resolve) => {
        const timer = setTimeout(() => answer(''), MEASURE_TIMEOUT_MS)
        asking.push((text) => {
          clearTimeout(timer)
          resolve(text)
        })
        if (asking.length === 1) send('measure')
      })
    },
    check: async () => {
      if (hasDied) throw new Error('the delivery of webhooks is not running')
    },
    stop: async () => {
      isStopping = true
      clearTimeout(restart)
      send('stop')
      await exited
    },
  }
}
