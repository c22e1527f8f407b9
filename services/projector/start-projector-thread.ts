import type { Logger } from '../observability/logger.ts'
import { askedWorker } from '../process/asked-worker.ts'
import { NOT_BEGUN } from '../process/measured-thread.ts'
import { startPortThread } from '../process/worker-port.ts'

export type ProjectorThread = {
  /** Its metrics as Prometheus reads them; none while it is not running. */
  metrics(): Promise<string>
  /** What went wrong last; undefined while all is well. */
  error(): Promise<string | undefined>
  /** @throws while the tables cannot be written */
  check(): Promise<void>
  /** @param withinMs if it takes longer it is cut off */
  stop(withinMs?: number): Promise<void>
}

/** Metrics as Prometheus reads them, and what went wrong last. */
export type Measured = {
  readonly type: 'measured'
  readonly text: string
  readonly error: string | undefined
}

const without = (error: string): Measured => ({ type: 'measured', text: '', error })

/** Writes on a thread of its own, at its own pace. Should it die, it is started again, and goes on where it was. */
export function startProjectorThread(logger: Logger): ProjectorThread {
  const make = () =>
    startPortThread(new URL('./projector-thread.js', import.meta.url), { name: 'framelog-projector' })
  let hasBegun = false
  const { measure, stop } = askedWorker<Measured, Measured>(make, {
    consumer: 'vast-projector',
    answerIn: (measured) => measured,
    onReady: () => {
      hasBegun = true
    },
    notRunning: without('the projector is not running'),
    noAnswer: without('the projector gives no answer'),
    onError: (err) => logger.error({ err }, 'the writing of tables in VAST DB has stopped'),
  })

  const errorNow = async () => (hasBegun ? (await measure()).error : `the projector ${NOT_BEGUN}`)

  return {
    metrics: async () => (await measure()).text,
    error: errorNow,
    check: async () => {
      const error = await errorNow()
      if (error !== undefined) throw new Error(error)
    },
    stop,
  }
}
