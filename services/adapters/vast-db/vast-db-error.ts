/**
 * What went wrong, by what one can do about it:
 * - before anything was sent: `bad_argument`, `unsupported_predicate`, `row_too_wide`, `request_too_large`,
 *   `unsupported_by_server` (its version is too old), `not_vast_db`, `aborted`
 * - no answer: `unreachable` (nothing was carried out), `interrupted` and `timed_out` (it may have been)
 * - an answer: the rest; `slow_down` and `unavailable` may go away, `conflict` needs the whole transaction anew,
 *   `transaction_gone` means that it expired or has ended, `protocol` that the answer was not understood
 * - `commit_unknown`: see CommitOutcomeUnknown
 */
export type VastDbErrorKind =
  | 'bad_argument'
  | 'unsupported_predicate'
  | 'row_too_wide'
  | 'request_too_large'
  | 'unsupported_by_server'
  | 'not_vast_db'
  | 'aborted'
  | 'unreachable'
  | 'interrupted'
  | 'timed_out'
  | 'bad_request'
  | 'unsupported_type'
  | 'type_mismatch'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'request_timeout'
  | 'conflict'
  | 'transaction_gone'
  | 'internal'
  | 'not_implemented'
  | 'unavailable'
  | 'slow_down'
  | 'insufficient_capacity'
  | 'unexpected_status'
  | 'query_failed'
  | 'protocol'
  | 'commit_unknown'

export type VastDbErrorDetails = {
  readonly status?: number | undefined
  /** The server's own word, as `TabularMismatchColumnType`. */
  readonly code?: string | undefined
  /** Method, path and query: `PUT /db/s1/t1?rows`. */
  readonly request?: string | undefined
  /** The base URL that was asked. */
  readonly endpoint?: string | undefined
  /** The server's name for the request, for its operators. */
  readonly requestId?: string | undefined
  readonly cause?: unknown
}

/** Every failure of this client, besides bugs. */
export class VastDbError extends Error {
  override readonly name: string = 'VastDbError'
  readonly kind: VastDbErrorKind
  readonly details: Omit<VastDbErrorDetails, 'cause'>

  constructor(kind: VastDbErrorKind, message: string, { cause, ...details }: VastDbErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.kind = kind
    this.details = details
  }
}

/**
 * A commit was sent and no answer says what became of it. What was written tells: read in a new transaction
 * something that this one wrote (a checkpoint row), and go on from there.
 */
export class CommitOutcomeUnknown extends VastDbError {
  override readonly name = 'CommitOutcomeUnknown'
  readonly transactionId: bigint
  /**
   * Whether the server has since answered to a rollback: then nothing of the transaction comes any later. If not,
   * the commit may still be under way, and a reader has to be prepared for that.
   */
  readonly settled: boolean

  constructor(transactionId: bigint, settled: boolean, cause: VastDbError) {
    super('commit_unknown', 'nobody knows whether the transaction was committed', { ...cause.details, cause })
    this.transactionId = transactionId
    this.settled = settled
  }
}

export const isVastDbError = (error: unknown, ...kinds: readonly VastDbErrorKind[]): error is VastDbError =>
  error instanceof VastDbError && (kinds.length === 0 || kinds.includes(error.kind))
