/**
 * Stream `command-<period>-<digest>`: what a command with an idempotency key came to, written in the append that
 * did what it asked for. Nothing comes after it.
 */
export type CommandAnswered = {
  readonly type: 'CommandAnswered'
  readonly data: {
    /** Tells whether a request with the same key is the same. */
    readonly fingerprint: string
    /** What was decided, as JSON; absent where the command has nothing to say but that it is done. */
    readonly outcome?: unknown
  }
}

export type CommandEvent = CommandAnswered
