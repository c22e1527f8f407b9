import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Express } from 'express'

/** What a router mounted there would have set. */
type Mounted = IncomingMessage & { originalUrl?: string; baseUrl?: string }

/**
 * Serves an app at the root and below a prefix, with one router for both: what it sees is what it would see if
 * it were mounted there, so that links keep the prefix. Requests without the prefix do not pay for it.
 */
export const alsoBelow =
  (prefix: string, app: Express) =>
  (request: Mounted, response: ServerResponse): void => {
    const { url = '/' } = request
    if (url.startsWith(prefix)) {
      const rest = url.slice(prefix.length)
      const next = rest[0]
      if (next === '/' || next === '?' || next === undefined) {
        request.originalUrl = url
        request.baseUrl = prefix
        request.url = next === '/' ? rest : `/${rest}`
      }
    }
    app(request, response)
  }
