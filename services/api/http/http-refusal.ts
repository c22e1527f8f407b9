/** A request that will not be carried out, and how to say so. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal'
  readonly status: number
  /** Names the kind of refusal, for programs. */
  readonly type: string
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, type: string, summary: string, headers: Readonly<Record<string, string>> = {}) {
    super(summary)
    this.status = status
    this.type = type
    this.headers = headers
  }
}

export const notFound = (summary: string): HttpRefusal => new HttpRefusal(404, 'not_found', summary)
export const badRequest = (summary: string): HttpRefusal => new HttpRefusal(400, 'bad_request', summary)
