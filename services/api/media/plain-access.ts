import type { Request } from 'express'
import { accessOf } from '../../access/access-of.ts'
import type { FilesystemMediaStore } from '../../adapters/media-store/filesystem/filesystem-media-store.ts'
import { canonicalContentType } from '../../adapters/media-store/filesystem/signed-urls.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import { mayUseObject } from '../../commands/refuse-object.ts'
import { HttpRefusal } from '../http/http-refusal.ts'
import type { UnsignedAccess } from './media-access.ts'

/**
 * Plain URLs, which grant nothing by themselves (ADR 0054): whoever may use the API may read media by them,
 * and upload what storage was allocated for without asking for a presigned URL.
 * @param stores by storage id
 */
export const plainAccess =
  (catalog: Catalog, stores: ReadonlyMap<string, FilesystemMediaStore>): UnsignedAccess =>
  (request, key) =>
    request.method === 'PUT'
      ? storeForUpload(catalog, stores, request, key)
      : mayRead(catalog, request, key)
        ? storeOf(stores, key)
        : undefined

/** Whose reading depends on classes reads what was allocated for plain URLs so, and all else by presigned ones. */
function mayRead({ reader }: Catalog, { res }: Request, key: string): boolean {
  const access = res && accessOf(res)
  if (!access) return true
  const object = reader.objectOfPlainKey(key)
  return object !== undefined && mayUseObject(reader, access, object.id, 'read')
}

function storeForUpload(
  catalog: Catalog,
  stores: ReadonlyMap<string, FilesystemMediaStore>,
  { headers }: Request,
  key: string,
): FilesystemMediaStore | undefined {
  const object = catalog.reader.objectOfPlainKey(key)
  if (!object || object.storage_id === null) return undefined
  const sent = canonicalContentType(headers['content-type'] ?? '')
  if (sent !== canonicalContentType(object.content_type ?? '')) {
    const summary = `the Content-Type must be ${object.content_type}, as storage was allocated for`
    throw new HttpRefusal(403, 'content_type_differs', summary)
  }
  return stores.get(object.storage_id)
}

/** Keys never meet, so whichever store has it. */
async function storeOf(
  stores: ReadonlyMap<string, FilesystemMediaStore>,
  key: string,
): Promise<FilesystemMediaStore | undefined> {
  const all = [...stores.values()]
  if (all.length > 1) {
    for (const store of all) if (await store.head(key)) return store
  }
  return all[0]
}
