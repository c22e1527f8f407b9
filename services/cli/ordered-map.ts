/**
 * Maps items with bounded concurrency, and gives the results in the items' order. Items are asked for only
 * while there is room; while the source makes one wait, results that are ready still come out.
 * @throws the first failure, in order.
 */
export async function* mapInOrder<T, R>(
  source: AsyncIterable<T>,
  concurrency: number,
  map: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const items = source[Symbol.asyncIterator]()
  const running: Promise<R>[] = []
  let asked: Promise<IteratorResult<T>> | undefined
  let isExhausted = false

  const start = (item: IteratorResult<T>): void => {
    asked = undefined
    if (item.done) {
      isExhausted = true
      return
    }
    const result = map(item.value)
    // Its failure is thrown when its turn comes; until then nobody is to call it unhandled.
    result.catch(() => undefined)
    running.push(result)
  }

  while (!isExhausted || running.length > 0) {
    if (!isExhausted && running.length < concurrency) {
      asked ??= items.next()
      asked.catch(() => undefined)
    }
    const [first] = running
    const arrived = await firstOf(first, asked)
    if (arrived !== undefined) {
      start(arrived)
      continue
    }
    running.shift()
    yield first!
  }
}

/** Collects what is ready without waiting for more, in arrays of at most `maxLength`, never empty. */
export async function* inReadyBatches<T>(source: AsyncIterable<T>, maxLength: number): AsyncGenerator<T[]> {
  const items = source[Symbol.asyncIterator]()
  for (let next = items.next(); ; ) {
    const first = await next
    if (first.done) return
    const batch = [first.value]
    next = items.next()
    next.catch(() => undefined)
    while (batch.length < maxLength) {
      const ready = await Promise.race([next, nothingReady()])
      if (!ready || ready.done) break
      batch.push(ready.value)
      next = items.next()
      next.catch(() => undefined)
    }
    yield batch
  }
}

/** The next item where it comes first; undefined where the oldest result does. */
async function firstOf<T>(
  result: Promise<unknown> | undefined,
  asked: Promise<IteratorResult<T>> | undefined,
): Promise<IteratorResult<T> | undefined> {
  const settled = result?.then(
    () => undefined,
    () => undefined,
  )
  return Promise.race([settled, asked].filter((promise) => promise !== undefined))
}

/** After whatever is already settled has been seen. */
function nothingReady(): Promise<undefined> {
  return new Promise((resolve) => setImmediate(() => resolve(undefined)))
}
