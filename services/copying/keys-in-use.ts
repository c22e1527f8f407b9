/** Keys that bytes are on their way to: whoever removes what is there has to come after them. */
export type KeysInUse = {
  /** @returns what lets go of the key again */
  hold(key: string): () => void
  /** Resolves once nobody holds the key. */
  free(key: string): Promise<void>
}

export function keysInUse(): KeysInUse {
  const held = new Map<string, Promise<void>>()
  return {
    hold: (key) => {
      let letGo = () => {}
      const holding = new Promise<void>((resolve) => {
        letGo = resolve
      })
      held.set(key, holding)
      return () => {
        if (held.get(key) === holding) held.delete(key)
        letGo()
      }
    },
    free: async (key) => {
      for (let holding = held.get(key); holding; holding = held.get(key)) await holding
    },
  }
}
