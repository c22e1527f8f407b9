import { IncomingMessage, type ServerOptions, ServerResponse } from 'node:http'
import type { Express } from 'express'

/** What a server makes its requests and responses of. */
export type Messages = Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>

/**
 * Requests and responses that have from the first on the prototypes that Express gives each of them before it serves it.
 * Of an object whose prototype was changed, V8 makes a new hidden class at every property it is given, which nobody
 * shares and which outlives the request: most of what Express costs.
 * @see docs/decisions/0072-requests-have-their-prototype-from-the-first.md
 */
export function messagesFor(app: Express): Messages {
  class Request extends IncomingMessage {}
  class Response<R extends IncomingMessage> extends ServerResponse<R> {}
  Object.setPrototypeOf(Request.prototype, app.request)
  Object.setPrototypeOf(Response.prototype, app.response)
  Object.assign(app, { request: Request.prototype, response: Response.prototype })
  return { IncomingMessage: Request, ServerResponse: Response }
}
