import type { Tags } from '../../../contracts/resources/tags.ts'
import {
  type Access,
  AUTH_CLASSES,
  classesOf,
  isGranted,
  type Permission,
  refuseAccess,
} from '../../../domain/access/access.ts'
import { tagIsOneOf } from '../../catalog/conditions.ts'
import type { Condition } from '../../catalog/list-queries.ts'
import { type StorageBackends, storageBackends } from '../../storage/storage-backends.ts'
import type { HttpRefusal } from '../http/http-refusal.ts'
import { refusalFor } from '../http/rejection.ts'
import { type KnownIds, seenIds } from './seen-references.ts'

type Tagged = { readonly tags?: Tags }

/** @throws HttpRefusal 403, or `hidden` where the request may do nothing at all with the resource */
export function requireAccess(
  access: Access | undefined,
  resource: Tagged,
  permission: Permission,
  hidden: () => HttpRefusal,
): void {
  const refused = refuseAccess(access, resource, permission, undefined)
  if (refused) throw refusalFor(refused)
  if (access && !isGranted(access, classesOf(resource), permission)) throw hidden()
}

/** The same, of a row of the catalog. @param document what its clients said, as JSON text */
export function requireRead(
  access: Access | undefined,
  { document }: { readonly document: string },
  hidden: () => HttpRefusal,
): void {
  // Nothing is parsed where nobody is refused anything.
  if (access) requireAccess(access, JSON.parse(document), 'read', hidden)
}

type TagValues = ReadonlyMap<string, readonly string[]>

/**
 * What whoever asks may read of a list, and the filters by tags that are left: what is asked for of classes is
 * no more than what may be read. Of filters that leave equally much a list goes along the first: this has to
 * come first, so that it never goes along what is hidden.
 */
export function readableIn(
  access: Access | undefined,
  table: 'flows' | 'sources' | 'webhooks',
  tagValues: TagValues,
): { readonly readable: readonly Condition[]; readonly tagValues: TagValues } {
  if (!access) return { readable: [], tagValues }
  const asked = tagValues.get(AUTH_CLASSES) ?? [...access.read]
  const classes = asked.filter((name) => access.read.has(name))
  return {
    readable: [tagIsOneOf(table, AUTH_CLASSES, classes)],
    tagValues: new Map([...tagValues].filter(([name]) => name !== AUTH_CLASSES)),
  }
}

/**
 * A filter by collectors: those that whoever asks may not know of collect nothing, as those that are not there.
 * @param ids none: what is in no collection
 */
export function knownCollectors(ids: readonly string[], known: KnownIds): string[] {
  const seen = seenIds(ids, known)
  return ids.length > 0 && seen.length === 0 ? [NOBODY] : [...seen]
}

/** An id that nothing has. */
const NOBODY = ''

/** The Storage Backends that a request may do something with: those without classes are there for all. */
export function backendsFor(
  access: Access | undefined,
  backends: StorageBackends,
  permission: Permission | 'known',
): StorageBackends {
  if (!access) return backends
  return storageBackends(
    backends.all.filter((backend) => {
      const classes = classesOf(backend.tags ? { tags: backend.tags } : {})
      return classes.length === 0 || classes.some((name) => access[permission].has(name))
    }),
  )
}
