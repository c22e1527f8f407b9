import type { Request, Response } from 'express'
import { newRequestId } from '../../tracing/traced-request-id.ts'

const SANE_ID = /^[\w.:-]{1,128}$/

/** A caller may bring an id of its own, to find its request in the logs and events of both sides. */
export function assignRequestId(request: Request, response: Response): string {
  const given = request.headers['x-request-id']
  const id =
    typeof given === 'string' && SANE_ID.test(given)
      ? given
      : newRequestId(request.headers['traceparent'] as string | undefined)
  response.locals['requestId'] = id
  response.setHeader('X-Request-Id', id)
  return id
}

export const requestIdOf = (response: Response): string => response.locals['requestId'] as string
