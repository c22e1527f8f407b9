import type { Operation } from '../../../contracts/http/operation.ts'
import { MEDIA_PATH } from '../../adapters/media-store/filesystem/signed-urls.ts'
import { DOCS_PATHS } from '../openapi/openapi-router.ts'

/**
 * Tells the paths that ask nobody who they are: of operations that are open to all, of the documentation, and of
 * media, whose URLs are permissions, and which asks by itself where they are not.
 */
export function openPaths(operations: readonly Operation[]): (path: string) => boolean {
  const open = new Set([
    ...operations.filter(({ scopes }) => scopes.length === 0).map(({ path }) => path),
    ...DOCS_PATHS.map(({ path }) => path),
  ])
  return (path) => {
    if (path.startsWith(MEDIA_PATH) || path.startsWith('/docs/')) return true
    return open.has(path) || open.has(path.toLowerCase().replace(/\/$/, ''))
  }
}
