/** What belongs together, in order, by its key. */
export function grouped<T>(all: readonly T[], keyOf: (each: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const each of all) {
    const group = groups.get(keyOf(each)) ?? []
    group.push(each)
    groups.set(keyOf(each), group)
  }
  return groups
}
