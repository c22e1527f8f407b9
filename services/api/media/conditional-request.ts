import type { IncomingHttpHeaders } from 'node:http'
import type { StoredMedia } from '../../ports/media-store.ts'

/**
 * Whether the client's copy is good, so that it need not be sent again. A request's `Cache-Control: no-cache`
 * changes nothing: it asks caches to ask here, which is what happens.
 * @see RFC 9110, 13.1.2 and 13.1.3: tags are compared weakly, and decide alone where they are given
 */
export function copyIsCurrent(headers: IncomingHttpHeaders, { etag, modifiedMs }: StoredMedia): boolean {
  const tags = headers['if-none-match']
  if (tags !== undefined) {
    return tags.trim() === '*' || tags.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
  }
  const since = headers['if-modified-since']
  return since !== undefined && wholeSeconds(modifiedMs) <= Date.parse(since)
}

/**
 * Whether what the client has a part of is still what is here; if not, it needs the whole.
 * @param ifRange the `If-Range` header: an entity tag, or a date. Undefined: the client does not mind.
 * @see RFC 9110, 13.1.5: weak tags never match
 */
export function rangeStillApplies(ifRange: string | undefined, { etag, modifiedMs }: StoredMedia): boolean {
  if (ifRange === undefined || ifRange === etag) return true
  return Date.parse(ifRange) === wholeSeconds(modifiedMs)
}

/** As exact as dates in headers are; in milliseconds. */
const wholeSeconds = (ms: number): number => Math.floor(ms / 1000) * 1000
