/** What a decider answers: the events to append (none: nothing to do), or why not. Refusals are values. */
export type Decision<E, R> =
  | { readonly accepted: true; readonly events: readonly E[] }
  | { readonly accepted: false; readonly rejection: R }

export const accept = <E>(...events: E[]): { accepted: true; events: readonly E[] } => ({
  accepted: true,
  events,
})

export const reject = <R>(rejection: R): { accepted: false; rejection: R } => ({ accepted: false, rejection })

/** One kind of stream: how its events fold into what the next decision needs to know. */
export type Aggregate<S, E> = {
  readonly initial: S
  /** @throws where the stream holds what no decision could have written. */
  readonly evolve: (state: S, event: E) => S
}

/** The state after `events`. */
export const fold = <S, E>(aggregate: Aggregate<S, E>, state: S, events: readonly E[]): S =>
  events.reduce(aggregate.evolve, state)
