import { setTimeout as delay } from 'node:timers/promises'
import { watchConsumer } from '../consumer/watched-consumers.ts'
import { retentionRound } from './retention-round.ts'
import type { RetentionServices } from './retention-services.ts'
import { toldFindings } from './told-findings.ts'

export type RetentionService = {
  /** Waits for the flow that is being dealt with; no other is begun. */
  stop(): Promise<void>
}

/**
 * A process manager that acts on retention tags, round after round, never two at once. It has nothing to
 * remember: a round finds anew what is due, so one that was cut short is made up for by the next.
 */
export function startRetention(services: RetentionServices, everySeconds: number): RetentionService {
  const { mode, logger, metrics } = services
  const stopping = new AbortController()
  const { signal } = stopping
  const told = toldFindings()
  const watch = watchConsumer('retention')

  async function round(): Promise<void> {
    try {
      const counts = await retentionRound(services, told, signal)
      if (signal.aborted) return
      told.endRound()
      metrics.round(counts)
      const { flow: flows_due, segments: flows_with_segments_due } = counts.due
      const level = flows_due + flows_with_segments_due > 0 ? 'info' : 'debug'
      logger[level]({ mode, flows_due, flows_with_segments_due, skipped: counts.skipped }, 'retention round')
    } catch (error) {
      watch.failed()
      metrics.roundFailed()
      logger.warn({ err: error }, 'a retention round was cut short; the next one makes up for it')
    }
  }

  async function rounds(): Promise<void> {
    logger.info({ mode, every_seconds: everySeconds }, 'retention has started')
    while (!signal.aborted) {
      await round()
      await delay(everySeconds * 1000, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  const ended = rounds()
  return {
    stop: () => {
      stopping.abort()
      watch.over()
      return ended
    },
  }
}
