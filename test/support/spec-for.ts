import { expect } from 'vitest'
import { type Aggregate, type Decision, fold } from '../../domain/decision.ts'

/** A decider and the streams it decides on. */
export type Decider<S, C, E, R> = {
  readonly decide: (command: C, state: S) => Decision<E, R>
  readonly aggregate: Aggregate<S, E>
}

export type Outcome<E, R> = {
  /** The command is accepted with exactly these events; none: there was nothing to do. */
  thenEvents(...events: readonly E[]): void
  thenRejected(rejection: R): void
}

/**
 * Given, when, then: what has happened, what is asked, what follows. Whole events and whole rejections are
 * compared, and an accepted event must be one that a log can keep and that its own stream can take.
 */
export function specFor<S, C, E, R>({ decide, aggregate }: Decider<S, C, E, R>) {
  return (...history: readonly E[]) => ({
    when(command: C): Outcome<E, R> {
      const state = fold(aggregate, aggregate.initial, history)
      const decision = decide(command, state)
      return {
        thenEvents(...events) {
          expect(decision).toStrictEqual({ accepted: true, events })
          expect(JSON.parse(JSON.stringify(events))).toStrictEqual(events)
          fold(aggregate, state, events)
        },
        thenRejected(rejection) {
          expect(decision).toStrictEqual({ accepted: false, rejection })
        },
      }
    },
  })
}
