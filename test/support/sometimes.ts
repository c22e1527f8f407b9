import fc from 'fast-check'

/** An object in which each of these is sometimes there: once in `oneIn` times. */
export const sometimes = <T extends object>(oneIn: number, model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc
    .record(
      Object.fromEntries(
        Object.entries<fc.Arbitrary<unknown>>(model).map(([key, value]) => [
          key,
          fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value }),
        ]),
      ),
    )
    .map(
      (all) =>
        Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Partial<T>,
    )
