import type { ObjectEvent, ObjectRegistration, ObjectRole } from '../../contracts/events/object-events.ts'
import { accept, type Decision, reject } from '../decision.ts'
import { addedUrls } from './instances.ts'
import { isUnknown, type ObjectState } from './object-state.ts'

/** An object that is kept elsewhere is made known ahead of its use. */
export type RegisterObject = {
  readonly type: 'RegisterObject'
  readonly object_id: string
  readonly role: ObjectRole
  readonly registration: ObjectRegistration
  /** At least one; labels are unique among them. */
  readonly get_urls: readonly { readonly label: string; readonly url: string }[]
}

export type RegistrationRejection = {
  readonly reason: 'object_known' | 'object_label_taken' | 'object_urls_exceeded'
  readonly object_id: string
}

export function decideRegistration(
  { object_id, role, registration, get_urls }: RegisterObject,
  state: ObjectState,
): Decision<ObjectEvent, RegistrationRejection> {
  if (!isUnknown(state)) return reject({ reason: 'object_known', object_id })
  const added = addedUrls(object_id, get_urls, {})
  if (!Array.isArray(added)) return reject({ reason: added, object_id })
  return accept(...added, { type: 'ObjectRegistered', data: { object_id, role, registration } })
}
