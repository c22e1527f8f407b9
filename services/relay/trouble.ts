import type { Logger } from '../observability/logger.ts'
import type { RelayMessage } from './relay-message.ts'

export type Trouble = {
  is(): boolean
  unavailable(error: unknown): void
  /** It stands still until someone has the topic take more. */
  tooLarge(message: RelayMessage): void
  over(): void
}

/** Whether Kafka takes what it is sent, for those who look after it. */
export function troubleOf(logger: Logger, onTrouble: (text: string | undefined) => void = () => {}): Trouble {
  let text: string | undefined
  const set = (now: string | undefined) => {
    if (now === text) return
    text = now
    onTrouble(now)
  }
  return {
    is: () => text !== undefined,
    unavailable: (error) => set(`Kafka takes nothing: ${error instanceof Error ? error.message : error}`),
    tooLarge: ({ topic, key, position, bytes }) => {
      set(`the event at position ${position} is larger than its topic takes: raise max.message.bytes`)
      logger.error(
        { topic, key, position, bytes },
        'an event is larger than Kafka takes: the relay stands still',
      )
    },
    over: () => {
      if (text !== undefined) logger.info('Kafka takes events again')
      set(undefined)
    },
  }
}
