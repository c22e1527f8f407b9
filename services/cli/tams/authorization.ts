import { UsageFailure } from '../failure.ts'

/** A password comes from the environment alone: what is on a command line is there for others to see. */
const PASSWORD = 'FRAMELOG_PASSWORD'

export type Credentials = { readonly token?: string; readonly user?: string }

/** How requests say who they come from; undefined: they do not. A token goes before a user. */
export function authorizationOf(
  { token, user }: Credentials,
  environment: NodeJS.ProcessEnv = process.env,
): string | undefined {
  if (token !== undefined) return `Bearer ${token}`
  if (user === undefined) return undefined
  const password = environment[PASSWORD]
  if (password === undefined) throw new UsageFailure(`--user needs a password in ${PASSWORD}`)
  if (user.includes(':')) throw new UsageFailure('--user must not have a colon in it')
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}
