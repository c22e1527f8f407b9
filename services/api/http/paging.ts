import type { Request } from 'express'
import { badRequest } from './http-refusal.ts'
import { decodePageKey, encodePageKey } from './page-key.ts'

/** The paging of one request: what list it pages, where the page starts, and how long it may be. */
export type Paging = {
  readonly limit: number
  /** Where the page starts; none for the first. */
  readonly from: readonly (string | number)[] | undefined
  /** @param next where the page after this one starts; none if this is the last */
  headers(count: number, next: readonly (string | number)[] | undefined): Record<string, string>
}

const DEFAULT_LIMIT = 100
export const MAX_LIMIT = 1000

/**
 * @param pinned parameters that later pages have to repeat with these values, whatever was asked
 * @throws HttpRefusal 400 for a page key of another list
 */
export function pagingOf(
  request: Request,
  { limit = DEFAULT_LIMIT, page, reverse_order }: { limit?: number; page?: string; reverse_order?: boolean },
  publicUrl: string,
  pinned: Readonly<Record<string, string>> = {},
): Paging {
  const query = parametersOf(request, pinned)
  const list = `${request.path}?${query}`
  const applied = Math.min(limit, MAX_LIMIT)
  return {
    limit: applied,
    from: page === undefined ? undefined : decodePageKey(list, page),
    headers: (count, next) => {
      const headers: Record<string, string> = {
        'X-Paging-Limit': String(applied),
        'X-Paging-Count': String(count),
        'X-Paging-Reverse-Order': String(reverse_order === true),
      }
      if (!next) return headers
      const key = encodePageKey(list, next)
      const parameters = new URLSearchParams(query)
      if (limit !== undefined) parameters.set('limit', String(applied))
      parameters.set('page', key)
      headers['X-Paging-NextKey'] = key
      headers['Link'] = `<${publicUrl}${request.baseUrl}${request.path}?${parameters}>; rel="next"`
      return headers
    },
  }
}

/**
 * Where a page of a sorted list starts: what its first row sorts by, and the row's key.
 * @throws HttpRefusal 400 for anything else
 */
export function sortedFrom({ from }: Paging): { readonly from?: readonly (string | number)[] } {
  if (!from) return {}
  if (from.length !== 2 || typeof from[1] !== 'number') throw badRequest('page: is not a key of this list')
  return { from }
}

/** What was asked for beside the page: a list is named by it. Credentials are nobody's business. */
function parametersOf(request: Request, pinned: Readonly<Record<string, string>>): string {
  const start = request.url.indexOf('?')
  if (start === -1) return ''
  const parameters = new URLSearchParams(request.url.slice(start + 1))
  for (const name of ['page', 'limit', 'access_token']) parameters.delete(name)
  for (const name in pinned) parameters.set(name, pinned[name]!)
  parameters.sort()
  return parameters.toString()
}
