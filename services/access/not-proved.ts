/** Who asks could not be proved: by credentials that are wrong, or because there are none. */
export class NotProved extends Error {
  override readonly name = 'NotProved'
  readonly reason: 'missing' | 'invalid_token' | 'invalid_password' | 'unknown_scheme'

  constructor(reason: NotProved['reason'], summary: string) {
    super(summary)
    this.reason = reason
  }
}

/** Whether credentials are right cannot be told now. */
export class CannotProve extends Error {
  override readonly name = 'CannotProve'
  readonly reason: 'cannot_tell' | 'busy'

  constructor(reason: CannotProve['reason'], summary: string) {
    super(summary)
    this.reason = reason
  }
}
