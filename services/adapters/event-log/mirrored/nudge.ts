import type { MirrorWriter } from './mirror-writer.ts'
import { LET_GO_AFTER_MS } from './put-in-order.ts'

/**
 * Where nothing more comes, nothing that comes lets go of an append that was cut off: so this says it. All who follow
 * may say so, which does no harm.
 * @param now milliseconds, of a monotonic clock
 * @returns what is to be called now and then, while nothing comes
 */
export function nudger(
  writer: Pick<MirrorWriter, 'waiting'>,
  letGo: (append: string) => Promise<void>,
  now: () => number,
): () => Promise<void> {
  let oldest: string | undefined
  let sinceMs = 0
  return async () => {
    const [append] = writer.waiting()
    if (append !== oldest) {
      oldest = append
      sinceMs = now()
    }
    if (oldest === undefined || now() - sinceMs < LET_GO_AFTER_MS) return
    sinceMs = now()
    // Whoever looks next tries again.
    await letGo(oldest).catch(() => undefined)
  }
}
