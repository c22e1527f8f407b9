import type { Tags } from '../../contracts/resources/tags.ts'

/** The tag that says of a resource which classes it is of. @see AppNote 0016; ADR 0035 */
export const AUTH_CLASSES = 'auth_classes'

export const PERMISSIONS = ['read', 'write', 'delete'] as const

export type Permission = (typeof PERMISSIONS)[number]

/** What a request may do with resources, by their classes. There is none for one that may do everything. */
export type Access = Readonly<Record<Permission, ReadonlySet<string>>> & {
  /** The classes that it may do anything at all with. */
  readonly known: ReadonlySet<string>
  /** What its token lets it do anywhere: it gives and takes no more than that by changing classes. */
  readonly scopes: ReadonlySet<Permission>
  /** What a class lets anyone do. One that nobody has yet may come to let them do everything. */
  readonly carriedBy: (name: string) => readonly Permission[]
  /** Whose permissions these are. */
  readonly groups: readonly string[]
}

export type AccessRejection =
  /** It may do something with the resource, but not this. */
  | { readonly reason: 'permission_missing'; readonly permission: Permission }
  /** What it makes would be of no class that it may write. */
  | { readonly reason: 'auth_classes_unclaimed' }
  /** The class gives a permission that the request does not have itself. */
  | {
      readonly reason: 'auth_classes_beyond_permission'
      readonly auth_class: string
      readonly permission: Permission
    }

type Tagged = { readonly tags?: Tags }

/** A text is one class, whatever is in it, as it is one value to filters by tag. */
export const classesOf = ({ tags }: Tagged): readonly string[] => [tags?.[AUTH_CLASSES] ?? []].flat()

export const isGranted = (
  access: Access,
  classes: readonly string[] | undefined,
  permission: Permission,
): boolean => classes?.some((name) => access[permission].has(name)) ?? false

/** Whether it may do anything at all with what is of these classes: to others, that is not there. */
export const isKnown = (access: Access, classes: readonly string[]): boolean =>
  classes.some((name) => access.known.has(name))

/**
 * Why a request may not do something with a resource that is there.
 * @param hidden what is said where it may do nothing with it: the same as of what is not there
 */
export function refuseAccess<H>(
  access: Access | undefined,
  resource: Tagged,
  permission: Permission,
  hidden: H,
): H | AccessRejection | undefined {
  if (!access) return undefined
  const classes = classesOf(resource)
  if (isGranted(access, classes, permission)) return undefined
  return isKnown(access, classes) ? { reason: 'permission_missing', permission } : hidden
}

/**
 * Why a request may not make this: it has to be of a class that the request may write, and gives others no more
 * than the request has of it itself.
 */
export function refuseNew(access: Access | undefined, resource: Tagged): AccessRejection | undefined {
  if (!access) return undefined
  const classes = classesOf(resource)
  if (!isGranted(access, classes, 'write')) return { reason: 'auth_classes_unclaimed' }
  return refuseGiving(
    access,
    classes,
    classes.filter((name) => !access.known.has(name)),
  )
}

/** Why a request may not change the classes of a resource so: it has to have each permission it gives or takes. */
export function refuseReclassing(
  access: Access | undefined,
  before: Tagged,
  after: Tagged,
): AccessRejection | undefined {
  if (!access) return undefined
  const [had, has] = [new Set(classesOf(before)), new Set(classesOf(after))]
  const changed = [...[...had].filter((name) => !has.has(name)), ...[...has].filter((name) => !had.has(name))]
  return refuseGiving(access, [...had], changed)
}

/** @param of the classes by which the request has permissions on the resource */
function refuseGiving(
  access: Access,
  of: readonly string[],
  changed: readonly string[],
): AccessRejection | undefined {
  for (const auth_class of changed) {
    for (const permission of access.carriedBy(auth_class)) {
      if (isGranted(access, of, permission) && access.scopes.has(permission)) continue
      return { reason: 'auth_classes_beyond_permission', auth_class, permission }
    }
  }
  return undefined
}
