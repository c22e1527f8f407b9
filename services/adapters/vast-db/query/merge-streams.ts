/**
 * What several streams bring, as it comes; so many of them are read at a time.
 * @param stop tells those that are being read that nobody listens any more
 */
export async function* mergeStreams<T>(
  streams: readonly AsyncGenerator<T>[],
  parallel: number,
  stop: () => void,
): AsyncGenerator<T> {
  const waiting = [...streams]
  const reading = new Map<AsyncGenerator<T>, Promise<Next<T>>>()
  const read = (stream: AsyncGenerator<T>) => {
    const next = stream.next().then((result) => ({ stream, result }))
    next.catch(() => undefined) // It is looked at below, or nobody listens any more.
    reading.set(stream, next)
  }
  for (const stream of waiting.splice(0, Math.max(1, parallel))) read(stream)
  try {
    while (reading.size > 0) {
      const { stream, result } = await Promise.race(reading.values())
      reading.delete(stream)
      if (!result.done) {
        read(stream)
        yield result.value
        continue
      }
      const another = waiting.shift()
      if (another) read(another)
    }
  } finally {
    stop()
    const ends = [...reading.keys()].map((stream) => stream.return(undefined))
    await Promise.allSettled(ends)
  }
}

type Next<T> = { readonly stream: AsyncGenerator<T>; readonly result: IteratorResult<T> }
