import { LRUCache } from 'lru-cache'
import type { OpenCopyRow } from '../catalog/copy-queries.ts'

/** A copy's turn: how often it has failed before, by what passes and by what does not. */
export type CopyTurn = { readonly copy: OpenCopyRow; readonly failures: CopyFailures }
export type CopyFailures = { readonly passing: number; readonly lasting: number }

/** The open copies to one Storage Backend, handed out in the order they were asked for. */
export type CopyQueue = {
  /** One that is due; or in how many milliseconds to look again. */
  next(nowMs: number): CopyTurn | { readonly inMs: number }
  /** It is over, or was never wanted. */
  over(copy: OpenCopyRow): void
  later(copy: OpenCopyRow, failures: CopyFailures, dueMs: number): void
}

type Resting = { readonly failures: CopyFailures; readonly dueMs: number }

const ROWS_PER_PAGE = 100
/** After so many that are not due, others of this thread come first. */
const ROWS_PER_LOOK = 1_000
/** Of more copies that failed it is forgotten how often: they are tried sooner, and given up later. */
const MAX_RESTING = 10_000
/** Those that rest are looked through no more often than this. */
const SWEEP_EVERY_MS = 500
/** Should a request have gone unnoticed. */
const LOOK_AGAIN_MS = 30_000

const NEVER_FAILED: CopyFailures = { passing: 0, lasting: 0 }

/**
 * Walks through the catalog: only a page of it is held, however many copies are open. What failed is met
 * again when the walk begins anew, which it does once something of it is due.
 * @param read open copies after a position, by position
 */
export function copyQueue(read: (after: number, limit: number) => readonly OpenCopyRow[]): CopyQueue {
  const underWay = new Set<number>()
  const resting = new LRUCache<number, Resting>({ max: MAX_RESTING })
  let page: OpenCopyRow[] = []
  let reached = 0
  let begunMs = 0
  let againAtMs = Number.POSITIVE_INFINITY

  function nextRow(nowMs: number): OpenCopyRow | undefined {
    if (page.length === 0) page = [...read(reached, ROWS_PER_PAGE)]
    if (page.length === 0 && againAtMs <= nowMs && begunMs + SWEEP_EVERY_MS <= nowMs) {
      begunMs = nowMs
      againAtMs = Number.POSITIVE_INFINITY
      page = [...read(0, ROWS_PER_PAGE)]
    }
    const row = page.shift()
    if (row) reached = row.position
    return row
  }

  return {
    next: (nowMs) => {
      for (let looked = 0; looked < ROWS_PER_LOOK; looked++) {
        const copy = nextRow(nowMs)
        if (!copy) {
          const inMs = Math.max(againAtMs, begunMs + SWEEP_EVERY_MS) - nowMs
          return { inMs: Math.min(Math.max(inMs, 1), LOOK_AGAIN_MS) }
        }
        if (underWay.has(copy.position)) continue
        const rest = resting.get(copy.position)
        if (rest && rest.dueMs > nowMs) {
          againAtMs = Math.min(againAtMs, rest.dueMs)
          continue
        }
        underWay.add(copy.position)
        return { copy, failures: rest?.failures ?? NEVER_FAILED }
      }
      return { inMs: 1 }
    },
    over: ({ position }) => {
      underWay.delete(position)
      resting.delete(position)
    },
    later: ({ position }, failures, dueMs) => {
      underWay.delete(position)
      resting.set(position, { failures, dueMs })
      againAtMs = Math.min(againAtMs, dueMs)
    },
  }
}
