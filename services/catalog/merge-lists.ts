/** An entry of an index in a list's order: what it sorts by, and the row's key, which no other row has. */
export type Entry = readonly [sort: string | number, key: number]

/** Reads up to `limit` entries from a place on, itself included. */
export type EntryReader = (from: Entry | undefined, limit: number) => readonly Entry[]

const MIN_CHUNK = 4

/**
 * The first `limit` entries of several lists of one order, each entry once. Lists are read piece by piece, so
 * that many of them cost little more than one.
 */
export function mergeLists(
  lists: readonly EntryReader[],
  descends: boolean,
  from: Entry | undefined,
  limit: number,
): readonly Entry[] {
  const chunk = Math.max(MIN_CHUNK, Math.ceil((2 * limit) / lists.length))
  const heads = lists.map((read) => headOf(read, from, chunk))
  const merged: Entry[] = []
  while (merged.length < limit) {
    let next: Entry | undefined
    for (const { entry } of heads) {
      if (entry && (!next || (descends ? -1 : 1) * compareEntries(entry, next) < 0)) next = entry
    }
    if (!next) break
    merged.push(next)
    for (const head of heads) if (head.entry && head.entry[1] === next[1]) head.advance()
  }
  return merged
}

/** The first entry of a list that is not yet taken. */
type Head = { readonly entry: Entry | undefined; advance(): void }

function headOf(read: EntryReader, from: Entry | undefined, chunk: number): Head {
  let entries = read(from, chunk)
  let index = 0
  return {
    get entry() {
      return entries[index]
    },
    advance() {
      index++
      if (index < entries.length || entries.length < chunk) return
      // The one that was last comes once more, and is passed over.
      entries = read(entries[index - 1], chunk)
      index = 1
    },
  }
}

function compareEntries(a: Entry, b: Entry): number {
  const [sortA, keyA] = a
  const [sortB, keyB] = b
  const order = typeof sortA === 'number' ? sortA - Number(sortB) : compareCodePoints(sortA, String(sortB))
  return order || keyA - keyB
}

/** As SQLite compares texts: by their UTF-8, which is the order of code points. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const [unitA, unitB] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (unitA !== unitB) return rankOf(unitA) - rankOf(unitB)
  }
  return a.length - b.length
}

/** Surrogates stand for code points above all others. */
const rankOf = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit)
