/** The service will not tell of what was asked for, however often it is asked. */
export class SubscriptionRefused extends Error {
  override readonly name = 'SubscriptionRefused'
  readonly status: number

  constructor(status: number, summary: string) {
    super(`the service answered ${status}${summary && `: ${summary}`}`)
    this.status = status
  }
}
