/** A sum that may be larger than a double counts exactly: mostly it is not, and stays one. */
export type ExactBytes = { near: number; far: bigint }

/** Two of these are still exact. */
const NEAR = 2 ** 51

export function addBytes(sum: ExactBytes, by: number): void {
  if (Math.abs(by) > NEAR) {
    sum.far += BigInt(by)
    return
  }
  sum.near += by
  if (Math.abs(sum.near) <= NEAR) return
  sum.far += BigInt(sum.near)
  sum.near = 0
}

export const bytesOf = ({ near, far }: ExactBytes): bigint => far + BigInt(near)
