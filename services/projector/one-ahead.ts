export type OneAhead = {
  /** Starts work once what was started before is done, and does not wait for it. @throws what that threw */
  start(work: () => Promise<unknown>): Promise<void>
  /** @throws what the last one threw */
  done(): Promise<void>
}

/** Has one request on its way while the next is made: never two. */
export function oneAhead(): OneAhead {
  let last: Promise<unknown> = Promise.resolve()
  return {
    async start(work) {
      await last
      last = work()
      // It is told by whoever waits for it.
      last.catch(() => undefined)
    },
    done: async () => {
      await last
    },
  }
}
