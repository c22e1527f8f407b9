import type { Request, Response } from 'express'
import type { OpenSpan, Tracing } from './span.ts'
import { openRequests } from './spans-of-events.ts'
import { parseTraceparent } from './trace-context.ts'

export type TracedRequest = {
  /** Of the trace that the request is part of, recorded or not. */
  readonly traceId: string
  end(route: string, status: number): void
}

/**
 * The span of a request: in its caller's trace where it names one. What follows of the request later is found by its
 * id; where that names another trace, as the caller brought an id of its own beside its trace, the request has a span
 * there too, and the two are linked.
 * @see OpenTelemetry's semantic conventions for HTTP servers. No query, no path: they may hold what opens doors.
 */
export function traceRequest(
  tracer: Tracing,
  request: Request,
  response: Response,
  requestId: string,
): TracedRequest {
  const caller = parseTraceparent(request.headers['traceparent'] as string | undefined)
  const origin = tracer.origin(requestId)
  const isElsewhere = caller !== undefined && caller.traceId !== origin.traceId
  const { method } = request
  const attributes = { 'http.request.method': method, 'framelog.request_id': requestId }
  const spans: OpenSpan[] = []
  openRequests.add(requestId)
  if (isElsewhere && caller.isSampled) {
    const links = origin.isSampled ? [origin] : []
    spans.push(tracer.start({ name: method, kind: 'server', parent: caller, links, attributes }))
  }
  if (origin.isSampled) {
    const started = isElsewhere
      ? { links: spans.map(({ context }) => context) }
      : { kind: 'server' as const, ...(caller && { parent: caller }) }
    spans.push(tracer.start({ name: method, at: origin, attributes, ...started }))
  }
  return {
    traceId: caller?.traceId ?? origin.traceId,
    end: (route, status) => {
      openRequests.delete(requestId)
      if (spans.length === 0) return
      const end = {
        name: `${method} ${route}`,
        attributes: {
          'http.route': route,
          'http.response.status_code': status,
          ...sizeOf('http.request.body.size', request.headers['content-length']),
          ...sizeOf('http.response.body.size', response.getHeader('content-length')),
        },
        ...(status >= 500 && { error: String(status) }),
      }
      for (const span of spans) span.end(end)
    },
  }
}

const sizeOf = (name: string, length: unknown): Record<string, number> =>
  length === undefined || !Number.isSafeInteger(Number(length)) ? {} : { [name]: Number(length) }
