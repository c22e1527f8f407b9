import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Scope } from '../../../contracts/http/scope.ts'
import { hashPassword } from '../../../services/access/password-hash.ts'

export type NewUser = { readonly name: string; readonly password: string; readonly scopes: readonly Scope[] }

/** @returns the path of a file of users */
export async function writeUsers(folder: string, users: readonly NewUser[]): Promise<string> {
  const path = join(folder, 'users.json')
  const entries = users.map(async ({ password, ...user }) => ({
    ...user,
    password: await hashPassword(password),
  }))
  writeFileSync(path, JSON.stringify(await Promise.all(entries)))
  return path
}

export const basicOf = ({ name, password }: Pick<NewUser, 'name' | 'password'>): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
})
