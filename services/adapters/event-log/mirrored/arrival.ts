/** What the server's log of all streams brings, in its order. */
export type Arrival = ArrivedEvent | LetGo

export type ArrivedEvent = {
  readonly is: 'event'
  /** Where the server has it: the offset of its record. */
  readonly place: number
  /** When the server recorded it, UTC milliseconds by its clock. */
  readonly recordedMs: number
  /** The append it is part of, by its command; its place in that, from 0; and how many events that has. */
  readonly append: { readonly id: string; readonly index: number; readonly of: number }
  readonly id: string
  readonly stream: string
  readonly revision: number
  readonly type: string
  readonly version: number
  /** JSON text. */
  readonly data: string
  readonly timeMs: number
  readonly actor: string | null
  readonly correlationId: string
  readonly causationId: string | null
}

/** Somebody waits no longer for the rest of an append. */
export type LetGo = {
  readonly is: 'let go'
  readonly place: number
  readonly recordedMs: number
  /** The append's command. */
  readonly append: string
}
