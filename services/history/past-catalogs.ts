import { type OpenPastCatalog, openPastCatalog, type PastCatalog } from './past-catalog.ts'

export type PastCatalogs = {
  /** Lends an empty catalog for as long as an answer is being made. */
  use<T>(answer: (then: PastCatalog) => Promise<T>): Promise<T>
}

/** Kept open while no one uses them. */
const MAX_IDLE = 4
/** One that grew larger is not kept: what is taken out of it leaves its memory taken. */
const MAX_IDLE_BYTES = 4 * 1024 * 1024

/** To make the tables and prepare the statements takes longer than most answers: what was used is used again. */
export function pastCatalogs(): PastCatalogs {
  const idle: OpenPastCatalog[] = []
  const giveBack = (catalog: OpenPastCatalog) => {
    if (idle.length >= MAX_IDLE || catalog.bytes() > MAX_IDLE_BYTES) return catalog.close()
    catalog.clear()
    idle.push(catalog)
  }
  return {
    async use(answer) {
      const catalog = idle.pop() ?? openPastCatalog()
      try {
        return await answer(catalog)
      } finally {
        giveBack(catalog)
      }
    },
  }
}
