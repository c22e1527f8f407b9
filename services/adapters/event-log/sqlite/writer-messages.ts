import type { AppendResult } from '../../../ports/event-log.ts'

/** Where a stream that has no events is, and what `none` expects. */
export const NO_REVISION = -1
/** What `any` expects. */
export const ANY_REVISION = -2

/** One append, column by column: threads copy a few arrays much faster than an object an event. */
export type AppendRequest = {
  readonly kind: 'append'
  readonly commandId: string
  readonly actor: string | null
  readonly correlationId: string
  readonly causationId: string | null
  /** One of each a write: its stream, the revision it expects, how many of the events below are its own. */
  readonly streams: readonly string[]
  readonly expected: readonly number[]
  readonly counts: readonly number[]
  /** One of each an event, in the order of the writes. */
  readonly types: readonly string[]
  readonly versions: readonly number[]
  /** JSON text. */
  readonly data: readonly string[]
  /** How many appends of this sender it had been told were not done, when it sent this one. */
  readonly refusalsTold: number
}
export type SaveCheckpointRequest = {
  readonly kind: 'save-checkpoint'
  readonly consumer: string
  readonly position: number
}
export type SaveSnapshotRequest = {
  readonly kind: 'save-snapshot'
  readonly stream: string
  readonly revision: number
  /** JSON text. */
  readonly state: string
}

export type WriteRegisterRequest = {
  readonly kind: 'write-register'
  readonly name: string
  /** NO_REVISION where there is to be none yet. */
  readonly expected: number
  /** JSON text. */
  readonly value: string
}

export type SaveRequest = SaveCheckpointRequest | SaveSnapshotRequest
export type WriteRequest = AppendRequest | SaveRequest | WriteRegisterRequest

/** Requests in order, or null to close the log. */
export type ToWriter = readonly WriteRequest[] | null

/** A save is answered with null; a register's write with the revision it is at now, NO_REVISION where it was not written. */
export type Answer = AppendResult | number | null

/** Why a batch was refused whole. `unavailable`: it may succeed later. */
export type BatchFailure = { readonly message: string; readonly unavailable: boolean }

/** The outcome of one transaction: answers to the oldest unanswered requests, in their order. */
export type FromWriter =
  | {
      readonly answers: readonly Answer[]
      readonly appends: number
      readonly events: number
      /** UTC, milliseconds: when the transaction began, and was on disk. */
      readonly fromMs: number
      readonly toMs: number
    }
  | { readonly failure: BatchFailure; readonly requests: number }

export type WriterOptions = {
  readonly path: string
  /** How long a batch waits, in milliseconds, while another process writes. */
  readonly lockWaitMs: number
}
