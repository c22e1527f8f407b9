import type { Logger } from '../observability/logger.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { DeliveryStore, HandedOut } from './delivery-store.ts'
import type { Roster } from './roster.ts'
import { acknowledgedBy, isSending, type Subscriber, toKeep } from './subscriber.ts'

/** Names the position up to which all webhooks have been told, in the log's own store. */
export const WEBHOOK_CHECKPOINT = 'webhooks'
const SAVE_EVERY_MS = 500
const CHECKPOINT_EVERY_MS = 10_000

export type ProgressKeeper = {
  changed(subscriber: Subscriber): void
  gone(subscriber: Subscriber): void
  /** Keeps all there is. */
  stop(): Promise<void>
}

export type ProgressTools = {
  readonly log: EventLog
  readonly store: DeliveryStore
  readonly webhooks: Roster
  readonly handedOut: () => HandedOut | undefined
  /** The checkpoint as it was found. */
  readonly checkpoint: number
  readonly logger: Logger
}

/** Writes down every so often what has changed: what is told twice after a crash is what came since. */
export function keepProgress(tools: ProgressTools): ProgressKeeper {
  const { log, store, webhooks, handedOut, logger } = tools
  const changed = new Set<Subscriber>()
  const gone = new Set<string>()
  let saved: HandedOut | undefined
  let { checkpoint } = tools

  const save = (): void => {
    const reached = handedOut()
    if (saved === reached && changed.size === 0 && gone.size === 0) return
    store.save(reached, [...changed].map(toKeep), [...gone])
    saved = reached
    changed.clear()
    gone.clear()
  }

  const saveCheckpoint = async (): Promise<void> => {
    save()
    let least = handedOut()?.position ?? 0
    for (const subscriber of webhooks.all()) {
      if (isSending(subscriber)) least = Math.min(least, acknowledgedBy(subscriber) ?? least)
    }
    if (least <= checkpoint) return
    await log.saveCheckpoint(WEBHOOK_CHECKPOINT, least)
    checkpoint = least
  }

  const saving = setInterval(save, SAVE_EVERY_MS)
  const checkpoints = setInterval(() => {
    saveCheckpoint().catch((err: unknown) => logger.warn({ err }, 'the checkpoint of webhooks is not saved'))
  }, CHECKPOINT_EVERY_MS)

  return {
    changed: (subscriber) => changed.add(subscriber),
    gone: (subscriber) => {
      changed.delete(subscriber)
      gone.add(subscriber.id)
    },
    stop: async () => {
      clearInterval(saving)
      clearInterval(checkpoints)
      await saveCheckpoint()
    },
  }
}
