import { setImmediate as nextTurn } from 'node:timers/promises'
import type { RelayMessage } from './relay-message.ts'

/** Messages that are sent together, in order. */
export type Batch = {
  readonly messages: readonly RelayMessage[]
  /** Once it is acknowledged, so is all that others are told of up to this position of the log. */
  readonly through: number
}

export type Outbox = {
  /** Waits until there is room. @throws once it was closed */
  add(message: RelayMessage): Promise<void>
  /** All up to a position has been added. */
  reached(position: number): void
  /** Takes nothing more. @returns once nothing is being sent */
  close(): Promise<void>
}

export type OutboxOptions = {
  /** Rejects only where nothing more can be sent. */
  readonly send: (batch: Batch) => Promise<void>
  /** All up to a position has been sent, or nobody is told of it. */
  readonly onAcknowledged: (position: number) => void
  readonly onFailure: (error: unknown) => void
  readonly maxMessages: number
  readonly maxBytes: number
}

/**
 * Sends one batch at a time, and gathers the next meanwhile: no batch overtakes another, and no more than two are
 * in memory. What is there when one has been sent goes out at once, however little it is.
 */
export function outbox(options: OutboxOptions): Outbox {
  const { send, onAcknowledged, onFailure, maxMessages, maxBytes } = options
  let messages: RelayMessage[] = []
  let bytes = 0
  let through = 0
  let sending: Promise<void> | undefined
  let closed: Error | undefined
  let wake: (() => void)[] = []

  const wakeAll = () => {
    for (const resolve of wake) resolve()
    wake = []
  }
  const take = (): Batch => {
    const batch = { messages, through }
    messages = []
    bytes = 0
    wakeAll()
    return batch
  }
  const sendAll = async (): Promise<void> => {
    try {
      // With what else comes in this turn.
      await nextTurn()
      while (messages.length > 0 && !closed) {
        const batch = take()
        await send(batch)
        onAcknowledged(messages.length > 0 ? batch.through : through)
      }
    } catch (error) {
      closed ??= new OutboxClosed('nothing more is sent')
      onFailure(error)
    } finally {
      sending = undefined
      wakeAll()
    }
  }
  const isFull = (message: RelayMessage): boolean =>
    messages.length > 0 && (messages.length >= maxMessages || bytes + message.bytes > maxBytes)

  return {
    add: async (message) => {
      while (isFull(message) && !closed) await new Promise<void>((resolve) => wake.push(resolve))
      if (closed) throw closed
      messages.push(message)
      bytes += message.bytes
      sending ??= sendAll()
    },
    reached: (position) => {
      through = position
      if (!sending && messages.length === 0) onAcknowledged(position)
    },
    close: async () => {
      closed ??= new OutboxClosed('it was closed')
      wakeAll()
      await sending
    },
  }
}

export class OutboxClosed extends Error {
  override readonly name = 'OutboxClosed'
}
