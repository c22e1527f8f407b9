import type { AppendRequest } from './writer-messages.ts'

/**
 * Which streams refused appends would have moved, as long as their sender may not know of the refusal.
 *
 * A sender may build one append on another that it has no answer to yet. Should the first be refused, the
 * second must be too, even where its expectation happens to hold because another process has written
 * meanwhile: what it was decided on never came to be.
 */
export type RefusalMemory = {
  /** To be told of every append that was not done, in the order of the answers. */
  note(request: AppendRequest): void
  /** A stream that the append was decided on without knowledge of a refusal, if there is one. */
  uninformed(request: AppendRequest): string | undefined
}

export function refusalMemory(): RefusalMemory {
  let refusals = 0
  /** The number of the last refusal that a stream was part of. */
  const latest = new Map<string, number>()
  return {
    note({ streams, counts }) {
      refusals++
      for (const [index, stream] of streams.entries()) {
        if (counts[index]! > 0) latest.set(stream, refusals)
      }
    },
    uninformed({ streams, refusalsTold }) {
      // A sender never knows less than before: what it has been told of need not be remembered.
      for (const [stream, refusal] of latest) if (refusal <= refusalsTold) latest.delete(stream)
      return latest.size === 0 ? undefined : streams.find((stream) => latest.has(stream))
    },
  }
}
