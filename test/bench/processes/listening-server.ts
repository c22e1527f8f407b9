import { openStreamReaders, type StreamReaders } from '../load/stream-readers.ts'
import { webhookSink } from '../load/webhook-sink.ts'

/** Readers of the stream and a receiver of webhooks, apart from the client. Started by listening-process.ts. */

export type ListeningMessage =
  | { readonly ask: 'open readers'; readonly origin: string; readonly count: number; readonly looks: boolean }
  | { readonly ask: 'when read' | 'when told'; readonly events: number }
  | { readonly ask: 'take latencies' | 'close readers' | 'forget told' }

const sink = await webhookSink()
let readers: StreamReaders | undefined

async function answer(message: ListeningMessage): Promise<unknown> {
  switch (message.ask) {
    case 'open readers':
      readers = await openStreamReaders(message.origin, message.count, message.looks)
      return null
    case 'when read':
      await readers?.reached(message.events)
      return null
    case 'when told':
      await sink.reached(message.events)
      return null
    case 'take latencies':
      return readers?.latenciesMs.splice(0) ?? []
    case 'close readers':
      readers?.close()
      return null
    case 'forget told':
      sink.latenciesMs.length = 0
      return null
  }
}

process.on('message', async (message: ListeningMessage) => {
  try {
    process.send?.({ answer: await answer(message) })
  } catch (error) {
    process.send?.({ error: String(error) })
  }
})
process.once('disconnect', () => process.exit())
process.send?.({ answer: sink.url })
