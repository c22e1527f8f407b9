import type { Response } from 'express'
import type { Scope } from '../../../contracts/http/scope.ts'
import { ANYONE, NOBODY, principalOf } from '../../access/principal.ts'
import { refuseScope } from './challenge.ts'
import { HttpRefusal } from './http-refusal.ts'

/**
 * @param scopes any of which is enough; none: it is open to all
 * @throws HttpRefusal 403 for who has none of them
 */
export function requireScope(scopes: readonly Scope[], response: Response): void {
  const principal = principalOf(response)
  if (principal === ANYONE || scopes.length === 0) return
  for (const scope of scopes) if (principal.scopes.has(scope)) return
  // Authentication has asked before: this is a second lock, for a way around it.
  if (principal === NOBODY) throw new HttpRefusal(401, 'unauthenticated', 'this needs to know who asks')
  throw refuseScope(scopes)
}
