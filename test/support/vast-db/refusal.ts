/** A request that is not served. The statuses are those the protocol knows: clients fail on any other. */
export class Refusal extends Error {
  readonly status: number
  readonly code: string

  constructor(status: 400 | 403 | 404 | 405 | 409 | 500 | 501 | 503, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

export const badRequest = (message: string, code = 'InvalidArgument'): Refusal =>
  new Refusal(400, code, message)

/** @see section 1.8 of the protocol: what a missing thing is answered with is not known; `NoSuchKey` is a guess. */
export const notFound = (message: string): Refusal => new Refusal(404, 'NoSuchKey', message)

export const conflict = (message: string): Refusal => new Refusal(409, 'Conflict', message)

export const notImplemented = (message: string): Refusal => new Refusal(501, 'NotImplemented', message)

export function refusalXml({ code, message }: Refusal): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${escaped(code)}</Code><Message>${escaped(message)}</Message><Resource/><RequestId>0</RequestId></Error>`
}

const escaped = (text: string): string => text.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`)
