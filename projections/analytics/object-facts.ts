/** What of an object is in sums. */
export type ObjectFacts = {
  exists: boolean
  role: 'media' | 'init' | null
  size_bytes: number | null
  /** Keys of the Storage Backends that have it. */
  storages: readonly number[]
  /** Segments, or media objects of an init object. */
  uses: number
  /** Flows whose segments use it. */
  flows: number
}
