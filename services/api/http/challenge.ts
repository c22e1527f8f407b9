import type { Scope } from '../../../contracts/http/scope.ts'
import type { Ways } from '../../../contracts/http/security-schemes.ts'
import type { NotProved } from '../../access/not-proved.ts'
import { HttpRefusal } from './http-refusal.ts'

const REALM = 'realm="Framelog"'

/** 401, with all the ways there are. @see RFC 9110, 11.6.1; RFC 6750, 3 */
export function refuseUnproved({ reason, message }: NotProved, ways: Ways): HttpRefusal {
  const error =
    reason === 'invalid_token' ? `, error="invalid_token", error_description="${ascii(message)}"` : ''
  const challenges = [
    ...(ways.bearer ? [`Bearer ${REALM}${error}`] : []),
    ...(ways.basic ? [`Basic ${REALM}, charset="UTF-8"`] : []),
  ]
  const headers = { 'WWW-Authenticate': challenges.join(', ') }
  return new HttpRefusal(401, reason === 'missing' ? 'unauthenticated' : reason, message, headers)
}

/** 403: known, but not allowed to. */
export function refuseScope(scopes: readonly Scope[]): HttpRefusal {
  const wanted = scopes.join(' ')
  const headers = { 'WWW-Authenticate': `Bearer ${REALM}, error="insufficient_scope", scope="${wanted}"` }
  return new HttpRefusal(403, 'insufficient_scope', `this needs one of the scopes ${wanted}`, headers)
}

/** What a header's quoted text may hold. */
const ascii = (text: string): string => text.replaceAll('’', "'").replace(/[^ !#-[\]-~]/g, '')
