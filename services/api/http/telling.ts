/** A reason for which a command was refused: what the domain answers instead of events. */
type AnyRejection = { readonly reason: string }

/** How a refusal for one reason is told a client: its status, and why, in words for people. */
type Telling<R extends AnyRejection> = { readonly status: number; readonly summary: (rejection: R) => string }

/** A telling for every reason of some rejections: a new reason does not compile until it has one. */
export type Tellings<R extends AnyRejection> = {
  readonly [K in R['reason']]: Telling<Reasoned<R, K>>
}

/** Of a union, the rejections that may have this reason: several reasons may share a form. */
type Reasoned<R extends AnyRejection, K> = R extends AnyRejection
  ? K extends R['reason']
    ? R
    : never
  : never
