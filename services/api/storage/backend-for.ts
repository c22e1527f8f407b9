import type { StorageBackend } from '../../storage/storage-backends.ts'
import type { ApiServices } from '../api-services.ts'
import { badRequest } from '../http/http-refusal.ts'

/** The Storage Backend a client names; the default one where it names none. @throws HttpRefusal 400 */
export function backendFor({ storageBackends }: ApiServices, storage_id: string | undefined): StorageBackend {
  if (storage_id === undefined) {
    if (storageBackends.default) return storageBackends.default
    throw badRequest('storage_id: is missing, and this service has no default storage backend')
  }
  const backend = storageBackends.byId.get(storage_id)
  if (!backend) throw badRequest('storage_id: there is no such storage backend')
  return backend
}
