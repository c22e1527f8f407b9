import type { Request } from 'express'
import { ARROW_STREAM } from '../../../contracts/operations/analytics-parts.ts'
import { HttpRefusal } from '../http/http-refusal.ts'

/**
 * Which of the media types the client likes best; the first where it likes several as much.
 * @throws HttpRefusal 406
 */
export function negotiate(request: Request, ...types: readonly string[]): string {
  const accepted = request.accepts(...types)
  if (accepted !== false) return accepted
  throw new HttpRefusal(406, 'not_acceptable', `Accept: this can be had as ${types.join(' or ')}`)
}

export const isArrow = (type: string): boolean => type === ARROW_STREAM
