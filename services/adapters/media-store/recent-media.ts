import { LRUCache } from 'lru-cache'
import type { StoredMedia } from '../../ports/media-store.ts'

/** What a store has taken in lately, by key: those who register an object mostly do so within seconds. */
export type RecentMedia = {
  remember(key: string, media: StoredMedia): StoredMedia
  recall(key: string): StoredMedia | undefined
  forget(keys: readonly string[]): void
}

/** Half a kilobyte each. */
const REMEMBERED = 8192

export function recentMedia(): RecentMedia {
  const recent = new LRUCache<string, StoredMedia>({ max: REMEMBERED })
  return {
    remember: (key, media) => {
      recent.set(key, media)
      return media
    },
    recall: (key) => recent.get(key),
    forget: (keys) => {
      for (const key of keys) recent.delete(key)
    },
  }
}
