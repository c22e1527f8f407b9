import { Failure } from '../failure.ts'

/** An answer that is no success, or no answer at all. Its message has no query string: that may be a signature. */
export class HttpFailure extends Failure {
  override readonly name = 'HttpFailure'
  /** 0 where there was no answer. */
  readonly status: number
  /** Whether the same request may succeed later. */
  readonly isPassing: boolean
  /** How long the server asks to be left alone, where it does. */
  readonly retryAfterMs: number | undefined

  constructor(message: string, details: HttpFailureDetails) {
    super(message, { cause: details.cause })
    this.status = details.status
    this.isPassing = details.isPassing
    this.retryAfterMs = details.retryAfterMs
  }
}

export type HttpFailureDetails = {
  readonly status: number
  readonly isPassing: boolean
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}

/** What a request was about, fit to be shown. */
export function nameOf(method: string, url: URL): string {
  return `${method} ${url.origin}${url.pathname}`
}
