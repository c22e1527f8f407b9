import { setTimeout as delay } from 'node:timers/promises'
import type { VastDb } from '../adapters/vast-db/connect.ts'
import { isVastDbError } from '../adapters/vast-db/vast-db-error.ts'
import { growingWaitMs } from '../process/growing-wait.ts'
import { keepInStep } from './keep-in-step.ts'
import type { ProjectorLimits, ProjectorTools } from './projector-tools.ts'
import { CheckpointMoved } from './write-batch.ts'

const LIMITS: ProjectorLimits = {
  rows: 100_000,
  bytes: 48 * 1024 * 1024,
  waitMs: 500,
  pollMs: 100,
  lookMs: 2_000,
  viewsRestMs: 2_000,
  retryFirstMs: 250,
  retryMaxMs: 30_000,
}

export type ProjectorState = {
  /** Up to where the tables include the log; undefined until they were asked. */
  readonly position: number | undefined
  /** The same of the tables of views; undefined where there are none. */
  readonly viewsPosition: number | undefined
  /** What went wrong last; undefined while all is well. */
  readonly error: string | undefined
}

export type Projector = {
  state(): ProjectorState
  /** Settles when it has stopped: rejects with what no trying again gets over. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

/** Errors in a row that are none of VAST DB's, and so may never pass. */
const MAX_FAULTS = 10

/**
 * Brings the tables in step with the log, and keeps them so. Whatever goes wrong, it begins anew where the tables
 * say they are, later and later: nothing that was committed is written twice, whether or not that was heard of.
 */
export function startProjector(tools: ProjectorTools): Projector {
  const limits = { ...LIMITS, ...tools.limits }
  const { retryFirstMs, retryMaxMs } = limits
  const stopping = new AbortController()
  const state: { -readonly [K in keyof ProjectorState]: ProjectorState[K] } = {
    position: undefined,
    viewsPosition: undefined,
    error: undefined,
  }
  let db: VastDb | undefined

  const session = async (): Promise<never> => {
    db ??= await tools.connect(stopping.signal)
    const onPosition = (position: number) => {
      state.position = position
      state.error = undefined
    }
    const onViews = (position: number) => {
      state.viewsPosition = position
    }
    return keepInStep(tools, limits, db, stopping.signal, onPosition, onViews)
  }

  const run = async (): Promise<void> => {
    let failures = 0
    let faults = 0
    while (!stopping.signal.aborted) {
      const before = state.position
      try {
        await session()
      } catch (error) {
        if (stopping.signal.aborted) break
        if (state.position !== before) failures = faults = 0
        if (error instanceof CheckpointMoved) continue
        state.error = error instanceof Error ? error.message : String(error)
        tools.onError?.(error)
        tools.logger.warn(
          { err: error, position: state.position },
          'tables of VAST DB could not be written yet',
        )
        if (!isPassing(error) && ++faults >= MAX_FAULTS) throw error
        if (isVastDbError(error, 'not_vast_db', 'unsupported_by_server')) {
          db?.close()
          db = undefined
        }
        const waitMs = growingWaitMs({ firstMs: retryFirstMs, maxMs: retryMaxMs }, ++failures, 0)
        await delay(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      }
    }
  }
  const ended = run().finally(() => db?.close())
  ended.catch(() => undefined)

  return {
    state: () => state,
    ended,
    stop: async () => {
      stopping.abort()
      await ended.catch(() => undefined)
    },
  }
}

/** All of VAST DB's, and what someone has to see to: none of these is for want of trying. */
const isPassing = (error: unknown): boolean =>
  isVastDbError(error) ||
  (error instanceof Error && ['ForeignTables', 'ForeignLog', 'LogUnavailable'].includes(error.name))
