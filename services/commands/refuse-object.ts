import type { FlowSegmentPost } from '../../contracts/resources/flow-segment.ts'
import type { Access, Permission } from '../../domain/access/access.ts'
import type { ObjectRejection } from '../../domain/media-object/media-object.ts'
import type { CatalogReader } from '../catalog/catalog-reader.ts'
import type { CommandServices } from './command-services.ts'
import { objectStream } from './stream-kind.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/** What a request may do with an object is what it may do with a Flow that uses it. @see AppNote 0016 */
export const mayUseObject = (
  reader: CatalogReader,
  access: Access,
  object_id: string,
  permission: Permission | 'known',
  flow_id?: string,
): boolean => {
  const object = reader.object(object_id)
  const classes = access[permission]
  return (
    object !== undefined && reader.isUsedBy(object, { classes, ...(flow_id !== undefined && { flow_id }) })
  )
}

/** Why a request may not change a registered object. */
export async function refuseObject(
  { catalog }: Pick<CommandServices, 'catalog'>,
  unit: UnitOfWork,
  access: Access,
  object_id: string,
): Promise<ObjectRejection | undefined> {
  await catalog.reached(await unit.confirm())
  if (mayUseObject(catalog.reader, access, object_id, 'write')) return undefined
  return mayUseObject(catalog.reader, access, object_id, 'known')
    ? { reason: 'permission_missing', permission: 'write' }
    : { reason: 'object_not_found', object_id }
}

/**
 * Of the objects that segments name those that were used before, by Flows that the request may not read: so
 * nobody comes by media that way. What the Flow uses already is new to none of its readers.
 */
export async function unreadableObjects(
  { catalog }: Pick<CommandServices, 'catalog'>,
  unit: UnitOfWork,
  access: Access,
  flow_id: string,
  segments: readonly Pick<FlowSegmentPost, 'object_id' | 'init_object_id'>[],
): Promise<ReadonlySet<string>> {
  const named = new Set(
    segments.flatMap(({ object_id, init_object_id }) => [
      object_id,
      ...(init_object_id ? [init_object_id] : []),
    ]),
  )
  await unit.preload(objectStream, [...named])
  const used: string[] = []
  for (const id of named) {
    const { state } = await unit.load(objectStream, id)
    if (state.status === 'registered') used.push(id)
  }
  if (used.length === 0) return new Set()
  await catalog.reached(await unit.confirm())
  return new Set(used.filter((id) => !mayUseObject(catalog.reader, access, id, 'read', flow_id)))
}

/** Why a segment may not be registered that names one of these. */
export function refuseReuse(
  unreadable: ReadonlySet<string>,
  { object_id, init_object_id }: Pick<FlowSegmentPost, 'object_id' | 'init_object_id'>,
): ObjectRejection | undefined {
  const refused = [object_id, init_object_id].find((id) => id !== undefined && unreadable.has(id))
  return refused === undefined ? undefined : { reason: 'object_not_readable', object_id: refused }
}
