const AT_ONCE = 32

/**
 * Does the same for many, some at a time. Where one fails, none is under way any more when that is told, and none is
 * begun after it.
 */
export async function someAtOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let start = 0; start < items.length; start += AT_ONCE) {
    const outcomes = await Promise.allSettled(items.slice(start, start + AT_ONCE).map(work))
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') throw outcome.reason
      results.push(outcome.value)
    }
  }
  return results
}
