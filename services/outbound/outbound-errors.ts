import type { UrlRefusal } from './refuse-url.ts'

export type OutboundRefusal = UrlRefusal | 'too_large' | 'too_many_redirects'

/** The guard does not let it happen. The same again would be refused again. */
export class OutboundRefused extends Error {
  override readonly name = 'OutboundRefused'
  readonly reason: OutboundRefusal

  constructor(reason: OutboundRefusal) {
    super(`an outbound request was refused: ${reason}`)
    this.reason = reason
  }
}

/** No answer, or half of one: nobody there, no such name, no time left. Later may be better. */
export class OutboundFailed extends Error {
  override readonly name = 'OutboundFailed'
}
