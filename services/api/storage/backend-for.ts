import type { Access } from '../../../domain/access/access.ts'
import type { StorageBackend, StorageBackends } from '../../storage/storage-backends.ts'
import { backendsFor } from '../access/require-access.ts'
import type { ApiServices } from '../api-services.ts'
import { badRequest } from '../http/http-refusal.ts'
import { refusalFor } from '../http/rejection.ts'

/** The Storage Backend a client names; the default one where it names none. @throws HttpRefusal 400, 403 */
export function backendFor(
  { storageBackends }: Pick<ApiServices, 'storageBackends'>,
  storage_id: string | undefined,
  access?: Access,
): StorageBackend {
  if (access) return writableBackend(storageBackends, storage_id, access)

  if (storage_id === undefined) {
    if (storageBackends.default) return storageBackends.default
    throw badRequest('storage_id: is missing, and this service has no default storage backend')
  }
  const backend = storageBackends.byId.get(storage_id)
  if (!backend) throw badRequest('storage_id: there is no such storage backend')
  return backend
}

/** Of the backends that the request may know of. */
function writableBackend(
  all: StorageBackends,
  storage_id: string | undefined,
  access: Access,
): StorageBackend {
  const backend = backendFor({ storageBackends: backendsFor(access, all, 'known') }, storage_id)
  if (backendsFor(access, all, 'write').byId.has(backend.id)) return backend
  throw refusalFor({ reason: 'permission_missing', permission: 'write' })
}
