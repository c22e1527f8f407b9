import type { Response } from 'express'
import { SCOPES, type Scope } from '../../contracts/http/scope.ts'

export { SCOPES, type Scope }

/** Who asks, as far as it was proved. */
export type Principal = {
  /** What events and resources remember: none where nobody has to say who they are. */
  readonly name: string | null
  readonly scopes: ReadonlySet<Scope>
  /** The groups the principal is in, as its token or its entry says: what it sees of the content goes by them. */
  readonly groups: readonly string[]
}

/** Anyone, where no authentication is configured: there is nothing that they may not do. */
export const ANYONE: Principal = { name: null, scopes: new Set(SCOPES), groups: [] }

/** Someone of whom nothing was proved, where it has to be: may do only what is open to all. */
export const NOBODY: Principal = { name: null, scopes: new Set(), groups: [] }

type Held = { principal?: Principal }

/** Who the request comes from; anyone until something else was proved. */
export const principalOf = (response: Response): Principal => (response.locals as Held).principal ?? ANYONE

export function actAs(response: Response, principal: Principal): void {
  ;(response.locals as Held).principal = principal
}
