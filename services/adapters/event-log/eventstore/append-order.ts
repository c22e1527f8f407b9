import type { StreamWrite } from '../../../ports/event-log.ts'

export type AppendOrder = {
  /**
   * Lets an append wait for those before it that name one of its streams.
   * @param append gets the stream that it was decided on without knowledge of a refusal, if there is one
   */
  inTurn<R extends { readonly ok: boolean }>(
    writes: readonly StreamWrite[],
    append: (uninformedOf: string | undefined) => Promise<R>,
  ): Promise<R>
  /** Resolves once no append is under way. */
  settle(): Promise<void>
}

/** A stream that appends under way name. */
type Lane = {
  /** Settles when the last of them is made, or is not. */
  last: Promise<unknown>
  appends: number
  /** How many of them were not made though they would have moved the stream, and how many of those were told of. */
  refused: number
  told: number
}

/**
 * Appends to the same streams are made in the order of the calls; others do not wait for each other.
 *
 * A sender may build one append on another that it has no answer to yet. Should the first be refused, the second
 * must be too, even where its expectation happens to hold. So refusals are told of only when all appends that were
 * waiting then have had their turn: their senders then know the same, and one of them will be next.
 */
export function appendOrder(): AppendOrder {
  const lanes = new Map<string, Lane>()
  const underWay = new Set<Promise<unknown>>()

  function enter(stream: string): readonly [stream: string, lane: Lane, told: number] {
    const lane = lanes.get(stream) ?? { last: Promise.resolve(), appends: 0, refused: 0, told: 0 }
    lanes.set(stream, lane)
    lane.appends++
    return [stream, lane, lane.told]
  }

  /** @returns what settles when the refusal may be told of */
  function noteRefusal(moved: readonly Lane[]): Promise<unknown> {
    const told = moved.map(async (lane) => {
      lane.refused++
      await lane.last.catch(() => undefined)
      lane.told = lane.refused
    })
    return Promise.all(told)
  }

  return {
    async inTurn(writes, append) {
      const streams = [...new Set(writes.map(({ stream }) => stream))]
      const entered = streams.map(enter)
      const before = entered.map(([, { last }]) => last)
      const moving = new Set(writes.flatMap(({ stream, events }) => (events.length > 0 ? [stream] : [])))
      const moved = entered.flatMap(([stream, lane]) => (moving.has(stream) ? [lane] : []))
      let untold: Promise<unknown> | undefined

      const made = Promise.allSettled(before).then(async () => {
        try {
          const result = await append(entered.find(([, { refused }, told]) => refused > told)?.[0])
          if (!result.ok) untold = noteRefusal(moved)
          return result
        } catch (error) {
          untold = noteRefusal(moved)
          throw error
        }
      })
      for (const [, lane] of entered) lane.last = made
      underWay.add(made)
      try {
        return await made
      } finally {
        await untold
        underWay.delete(made)
        for (const [stream, lane] of entered) if (--lane.appends === 0) lanes.delete(stream)
      }
    },
    settle: async () => void (await Promise.allSettled(underWay)),
  }
}
