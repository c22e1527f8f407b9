import type { LeftBehind } from './left-behind.ts'

/** Another command got there first: this one is to be decided again. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken'
  /** What of it is in the log all the same; `for good` where the command is decided on that. */
  readonly left: LeftBehind | 'for good' | undefined
  constructor(left?: LeftBehind | 'for good') {
    super()
    this.left = left
  }
}

/** What the attempts of one command have in common. */
export type Attempts = {
  /** The streams that were read: what it wants to itself if it is overtaken too often. */
  readonly read: StreamsRead
  /** Ids of what it makes: the n-th is the same in each attempt. */
  readonly ids: string[]
  /** What earlier ones have left in the log: this one is decided as if that were not there, and goes on from it. */
  left: LeftBehind | undefined
  /** The command of an append that was cut off, and is not to be completed: nobody is to wait for the rest of it. */
  cutOff: string | undefined
}

export const noAttempts = (): Attempts => ({
  read: new Set(),
  ids: [],
  left: undefined,
  cutOff: undefined,
})

export type StreamsRead = Set<string>
