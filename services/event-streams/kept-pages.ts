import { weightOf } from '../public-events/weight-of.ts'
import type { EventMessages } from './event-message.ts'

/** Messages of a page of the log, and how far it reaches. */
export type FeedPage = { readonly messages: readonly EventMessages[]; readonly reached: number }

/** Readers that fell behind together read the same pages. */
export type KeptPages = {
  /** @param read makes the page, where it is not kept */
  page(key: string, read: () => Promise<FeedPage>): Promise<FeedPage>
  clear(): void
}

const MAX_PAGES = 16
/** Of what their events weigh; a page weighs 13 MB at most. Texts made of them take a few times as much. */
const MAX_WEIGHT = 16 * 1024 * 1024

export function keptPages(): KeptPages {
  const pages = new Map<string, { readonly page: Promise<FeedPage>; weight: number }>()

  const letGo = (): void => {
    let weight = 0
    for (const kept of pages.values()) weight += kept.weight
    for (const [key, kept] of pages) {
      if (pages.size <= MAX_PAGES && weight <= MAX_WEIGHT) break
      pages.delete(key)
      weight -= kept.weight
    }
  }

  return {
    page: (key, read) => {
      const known = pages.get(key)
      if (known) return known.page
      const kept = { page: read(), weight: 0 }
      pages.set(key, kept)
      kept.page.then(
        ({ messages }) => {
          for (const { event } of messages) kept.weight += weightOf(event)
          letGo()
        },
        () => pages.delete(key),
      )
      return kept.page
    },
    clear: () => pages.clear(),
  }
}
