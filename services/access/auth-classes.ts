import { type Access, PERMISSIONS, type Permission } from '../../domain/access/access.ts'
import type { AuthClassesConfig } from '../config/load-auth-classes.ts'
import type { Principal } from './principal.ts'

/** What groups may do with which classes, as it is configured. */
export type AuthClasses = {
  /** @returns undefined for who may do everything */
  accessOf(principal: Principal): Access | undefined
  /** The classes that members of any of these groups may read. */
  readBy(groups: readonly string[]): ReadonlySet<string>
}

/** Principals of the same groups and scopes are one: few are kept, since a token may say what it likes. */
const MAX_KEPT = 1_000

export function authClasses(config: AuthClassesConfig): AuthClasses {
  const carried = new Map<string, Set<Permission>>()
  for (const classes of Object.values(config)) {
    for (const [name, permissions] of Object.entries(classes)) {
      carried.set(name, new Set([...(carried.get(name) ?? []), ...permissions]))
    }
  }
  const carriedBy = (name: string): readonly Permission[] => [...(carried.get(name) ?? PERMISSIONS)]
  const classesFor = (groups: readonly string[], permission: Permission): ReadonlySet<string> =>
    new Set(
      groups
        .flatMap((group) => (Object.hasOwn(config, group) ? Object.entries(config[group]!) : []))
        .flatMap(([name, permissions]) => (permissions.includes(permission) ? [name] : [])),
    )

  const kept = new Map<string, Access>()
  return {
    readBy: (groups) => classesFor(groups, 'read'),
    accessOf: ({ scopes, groups }) => {
      if (scopes.has('tams-api/admin')) return undefined
      const held = groups.filter((group) => Object.hasOwn(config, group)).sort()
      const also = PERMISSIONS.filter((permission) => scopes.has(`tams-api/${permission}`))
      const key = JSON.stringify([held, also])
      const known = kept.get(key)
      if (known) return known
      const [read, write, remove] = PERMISSIONS.map((permission) => classesFor(held, permission))
      const access: Access = {
        read: read!,
        write: write!,
        delete: remove!,
        known: new Set([...read!, ...write!, ...remove!]),
        scopes: new Set(also),
        carriedBy,
        groups: held,
      }
      if (kept.size >= MAX_KEPT) kept.clear()
      kept.set(key, access)
      return access
    },
  }
}
