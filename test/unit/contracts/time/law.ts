import fc from 'fast-check'

/** Checks what must hold for every value; on failure vitest shows the smallest one found, and the seed. */
export function law<T>(values: fc.Arbitrary<T>, check: (value: T) => void, numRuns = 500): void {
  const predicate = (value: T) => {
    check(value)
  }
  fc.assert(fc.property(values, predicate), { numRuns })
}
