import { badRequest } from '../refusal.ts'

/** Names outside these are risky: clients do not agree on how they are signed. @see section 1.4 */
const NAME = /^[A-Za-z0-9._~-]{1,255}$/

export function checkName(name: string): void {
  if (!NAME.test(name) || name.startsWith('.')) throw badRequest(`not a name: ${JSON.stringify(name)}`)
}
