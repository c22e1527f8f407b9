import type { Scope } from '../../../contracts/http/scope.ts'
import type { Identify } from '../http/authenticate.ts'
import { requireScope } from '../http/require-scope.ts'
import type { UnsignedAccess } from './media-access.ts'

const READ: readonly Scope[] = ['tams-api/read', 'tams-api/admin']
const WRITE: readonly Scope[] = ['tams-api/write', 'tams-api/admin']

/** Plain URLs grant nothing (ADR 0054): who uses one proves who it is, and may read or write. */
export const guardedAccess =
  (identify: Identify, access: UnsignedAccess): UnsignedAccess =>
  async (request, key) => {
    const response = request.res!
    await identify(request, response)
    requireScope(request.method === 'PUT' ? WRITE : READ, response)
    return access(request, key)
  }
