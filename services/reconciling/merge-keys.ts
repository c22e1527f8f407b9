import type { ListedMedia } from '../ports/media-store.ts'

/** What the index knows to be in a Storage Backend, or on its way there or out of it. */
export type KnownMedia = {
  readonly key: string
  readonly object_id: string
  /** 1 where the bytes have to be there: an instance of a registered object, and no allocation or copy to come. */
  readonly is_stored: number
  /** As recorded; null where nobody has. */
  readonly size_bytes: number | null
}

/** A key with what each side has of it: one at least has something. */
export type KeyPair =
  | { readonly known: KnownMedia; readonly listed?: ListedMedia }
  | { readonly known?: undefined; readonly listed: ListedMedia }

/** A store lists its objects in another order than the port promises: nothing can be compared. */
export class UnorderedListing extends Error {
  override readonly name = 'UnorderedListing'
}

type Pages<T> = AsyncIterable<readonly T[]> | Iterable<readonly T[]>

/**
 * Walks through both sides at once, in the order of keys, a page of each in memory.
 * @returns pairs in batches, every key of either side once
 * @throws UnorderedListing
 */
export async function* mergeKeys(
  known: Pages<KnownMedia>,
  listed: Pages<ListedMedia>,
): AsyncGenerator<readonly KeyPair[]> {
  const left = cursorOf(known)
  const right = cursorOf(inOrder(listed))
  for (;;) {
    await Promise.all([left.fill(), right.fill()])
    const pairs = pairsInMemory(left, right)
    if (pairs.length === 0) return
    yield pairs
  }
}

/** Until the page of one side is used up. */
function pairsInMemory(left: Cursor<KnownMedia>, right: Cursor<ListedMedia>): readonly KeyPair[] {
  const pairs: KeyPair[] = []
  while ((left.current() || left.isDone()) && (right.current() || right.isDone())) {
    const pair = nextPair(left, right)
    if (!pair) break
    pairs.push(pair)
  }
  return pairs
}

/** Keys are ASCII: JavaScript, SQLite and S3 have one order of them. */
function nextPair(left: Cursor<KnownMedia>, right: Cursor<ListedMedia>): KeyPair | undefined {
  const known = left.current()
  const listed = right.current()
  if (known && (!listed || known.key < listed.key)) {
    left.advance()
    return { known }
  }
  if (!listed) return undefined
  right.advance()
  if (known?.key !== listed.key) return { listed }
  left.advance()
  return { known, listed }
}

type Cursor<T> = {
  /** Undefined where the page is used up. */
  current(): T | undefined
  advance(): void
  /** Reads pages until there is a current item, or no more. */
  fill(): Promise<void>
  isDone(): boolean
}

function cursorOf<T>(pages: Pages<T>): Cursor<T> {
  const iterator = Symbol.asyncIterator in pages ? pages[Symbol.asyncIterator]() : pages[Symbol.iterator]()
  let page: readonly T[] = []
  let index = 0
  let done = false
  return {
    current: () => page[index],
    advance: () => {
      index++
    },
    fill: async () => {
      while (!done && index >= page.length) {
        const next = await iterator.next()
        done = next.done === true
        page = next.done ? [] : next.value
        index = 0
      }
    },
    isDone: () => done,
  }
}

async function* inOrder(pages: Pages<ListedMedia>): AsyncGenerator<readonly ListedMedia[]> {
  let last = ''
  for await (const page of pages) {
    for (const { key } of page) {
      if (key <= last) throw new UnorderedListing(`${key} is listed after ${last}`)
      last = key
    }
    yield page
  }
}
