import fc from 'fast-check'

export const NANOSECOND = 1n
export const HALF = 500_000_000n
export const instant = fc
  .tuple(fc.integer({ min: -3, max: 25 }), fc.constantFrom(0n, NANOSECOND, HALF, -NANOSECOND))
  .map(([second, more]) => BigInt(second) * 2n * HALF + more)

export const timestamp = (ns: bigint): string => {
  const magnitude = ns < 0n ? -ns : ns
  return `${ns < 0n ? '-' : ''}${magnitude / 1_000_000_000n}:${magnitude % 1_000_000_000n}`
}

const bound = fc.option(instant, { nil: undefined, freq: 4 })
export const range = fc
  .tuple(bound, bound, fc.constantFrom('[', '('), fc.constantFrom(']', ')'))
  .map(([a, b, opening, closing]) => {
    const [start, end] = a !== undefined && b !== undefined && a > b ? [b, a] : [a, b]
    const isInstant = start !== undefined && start === end
    const from = start === undefined ? '' : `${isInstant ? '[' : opening}${timestamp(start)}`
    const to = end === undefined ? '' : `${timestamp(end)}${isInstant ? ']' : closing}`
    return `${from}_${to}`
  })
