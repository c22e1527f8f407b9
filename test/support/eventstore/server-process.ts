import type { Fault } from './faults.ts'
import { startEventStore } from './start-event-store.ts'

/** The server of our tests as a process of its own, for those that end before it. Started by fork-event-store.ts. */

export type ToServer =
  /** One of so many calls goes wrong from now on; 0 for none. */
  { readonly faultEvery: number } | { readonly cut: true }

export type FromServer = { readonly url: string }

const FAULTS: readonly Fault[] = ['cut after', 'unavailable', 'cut before', 'timeout']

const server = await startEventStore()
process.on('message', (message: ToServer) => {
  if ('cut' in message) return server.cut()
  let calls = 0
  const { faultEvery } = message
  server.setFaults((call) => {
    if (faultEvery === 0 || call === 'subscription' || ++calls % faultEvery !== 0) return undefined
    return FAULTS[(calls / faultEvery) % FAULTS.length]
  })
})
process.once('disconnect', () => process.exit())
process.send?.({ url: server.url } satisfies FromServer)
