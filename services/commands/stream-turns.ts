/**
 * Lets a command that others keep overtaking have its streams to itself for once. Everything that starts
 * meanwhile and wants one of them waits; what has started already may still come first.
 */
export type StreamTurns = {
  /** Resolves, when it is this command's turn, to a function that ends it. One command has a turn at a time. */
  take(streams: ReadonlySet<string>): Promise<() => void>
  /** The end of another's turn with the stream, if there is one. */
  endOfTurn(stream: string): Promise<void> | undefined
}

export function streamTurns(): StreamTurns {
  let last: Promise<void> = Promise.resolve()
  let current: { readonly streams: ReadonlySet<string>; readonly ended: Promise<void> } | undefined
  return {
    async take(streams) {
      const before = last
      let end = () => {}
      const ended = new Promise<void>((resolve) => {
        end = resolve
      })
      last = before.then(() => ended)
      await before
      current = { streams, ended }
      return () => {
        current = undefined
        end()
      }
    },
    endOfTurn: (stream) => (current?.streams.has(stream) ? current.ended : undefined),
  }
}
