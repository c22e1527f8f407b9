import type { Received } from './received.ts'

/** What befalls a request. */
export type Fault =
  /** The connection is cut, and nothing is done. */
  | { readonly kind: 'cut_before' }
  /** The connection is cut once all is done, before a byte of the answer. */
  | { readonly kind: 'cut_after' }
  /** The connection is cut after so many frames of an answer to a query. */
  | { readonly kind: 'cut_after_frames'; readonly frames: number }
  /** An answer to a query says that it failed, after so many frames. */
  | { readonly kind: 'fail_after_frames'; readonly frames: number }
  /** Nothing is done before this is settled. */
  | { readonly kind: 'wait'; readonly until: Promise<unknown> }
  /** Nothing is done, and this is answered. */
  | { readonly kind: 'answer'; readonly status: 500 | 503; readonly code: 'SlowDown' | 'InternalError' }
  /** The request's transaction is no more. */
  | { readonly kind: 'expire' }

export type FaultTarget = {
  readonly method?: string
  readonly command?: string
  /** Requests of this kind that go well first. */
  readonly skip?: number
  /** How often it happens; once by default. */
  readonly times?: number
  readonly matches?: (request: Received) => boolean
}

export type Faults = {
  add(fault: Fault, target?: FaultTarget): void
  /** Those not yet spent are forgotten. */
  clear(): void
}

export type FaultBook = Faults & { next(request: Received): Fault | undefined }

type Planned = { readonly fault: Fault; readonly target: FaultTarget; skip: number; times: number }

export function faultBook(): FaultBook {
  let planned: Planned[] = []
  return {
    add: (fault, target = {}) =>
      void planned.push({ fault, target, skip: target.skip ?? 0, times: target.times ?? 1 }),
    clear: () => {
      planned = []
    },
    next(request) {
      const due = planned.filter(({ target }) => isMeant(request, target)).find((one) => one.skip-- <= 0)
      if (!due) return undefined
      due.times--
      planned = planned.filter(({ times }) => times > 0)
      return due.fault
    },
  }
}

function isMeant(request: Received, { method, command, matches }: FaultTarget): boolean {
  if (method !== undefined && method !== request.method) return false
  if (command !== undefined && command !== request.command) return false
  return matches?.(request) ?? true
}
