import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { SCOPES } from '../../contracts/http/scope.ts'
import { InvalidConfig } from '../config/invalid-config.ts'
import { type PasswordHash, parsePasswordHash } from './password-hash.ts'
import type { Principal } from './principal.ts'

export type User = { readonly principal: Principal; readonly password: PasswordHash }

/** By their names. */
export type Users = ReadonlyMap<string, User>

const Entry = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(256)
    .regex(/^[^:\p{Cc}]+$/u, 'must not have a colon in it'),
  password: z.string().transform((text, { issues }) => {
    const hash = parsePasswordHash(text)
    if (hash) return hash
    // Not the text: it may be a password.
    issues.push({ code: 'custom', input: null, message: 'must be what `framelog users hash` prints' })
    return z.NEVER
  }),
  scopes: z.array(z.enum(SCOPES)),
  groups: z.array(z.string().min(1)).max(1_000).default([]),
})

/**
 * Those who may come with a password. The file is YAML or JSON.
 * @throws InvalidConfig naming each field that is wrong, and no hash
 */
export function readUsers(path: string): Users {
  const { success, data, error } = z.array(Entry).min(1).max(10_000).safeParse(parsedFile(path))
  if (!success) {
    const faults = error.issues.map((issue) => `  ${fieldOf(issue.path)}: ${issue.message}`)
    throw new InvalidConfig(`AUTH_USERS_FILE: ${path} is wrong:\n${faults.join('\n')}`)
  }
  const users = new Map<string, User>()
  for (const { name, password, scopes, groups } of data) {
    if (users.has(name)) throw new InvalidConfig(`AUTH_USERS_FILE: ${path} has ${name} twice`)
    users.set(name, { principal: { name, scopes: new Set(scopes), groups }, password })
  }
  return users
}

function parsedFile(path: string): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new InvalidConfig(`AUTH_USERS_FILE: ${path} cannot be read: ${(error as Error).message}`)
  }
  try {
    return parse(text)
  } catch {
    throw new InvalidConfig(`AUTH_USERS_FILE: ${path} is no YAML`)
  }
}

/** E.g. `user 2, scopes`: people count from one. */
function fieldOf([index, ...rest]: readonly PropertyKey[]): string {
  if (index === undefined) return 'the list'
  const user = `user ${Number(index) + 1}`
  return rest.length === 0 ? user : `${user}, ${rest.join('.')}`
}
