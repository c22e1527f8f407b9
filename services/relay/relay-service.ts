import { setTimeout as delay } from 'node:timers/promises'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { CatalogReader } from '../catalog/catalog-reader.ts'
import type { Logger } from '../observability/logger.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { EventIndex } from '../public-events/event-index.ts'
import { withRestOfAppend } from '../public-events/rest-of-append.ts'
import { INDEXED_TYPES } from '../public-events/told-as.ts'
import { storageBackends } from '../storage/storage-backends.ts'
import { type Batch, OutboxClosed, outbox } from './outbox.ts'
import { type MessageSettings, relayMessages } from './relay-message.ts'

export type RelayTools = {
  readonly log: EventLog
  /** The relay's own: it moves along with it. */
  readonly index: EventIndex
  /** A catalog that includes a position. */
  readonly catalogAt: (position: number, signal: AbortSignal) => Promise<CatalogReader>
  /** Resolves once a batch is acknowledged; goes on for ever until then. */
  readonly send: (batch: Batch) => Promise<void>
  readonly settings: MessageSettings
  /** Ends what waits. */
  readonly stopping: AbortController
  readonly logger: Logger
}

export type Relay = {
  /** Rejects where it cannot go on. */
  readonly ended: Promise<void>
  /** All that others are told of up to it has been acknowledged. */
  acknowledged(): number
  stop(): Promise<void>
}

/** Names the position up to which all is acknowledged, in the log's own store. */
export const RELAY_CHECKPOINT = 'kafka-relay'
const SAVE_EVERY_MS = 250
/** A broker takes a megabyte of messages of one partition together; it may be that all are of one. */
const MAX_BYTES = 900_000
const MAX_MESSAGES = 5_000
const STOP_GRACE_MS = 2_000
/** Segments have no URLs here. */
const NO_BACKENDS = storageBackends([])

/**
 * Sends what happens to Kafka, as the log says it: at least once, and in the log's order for each Flow and each
 * Source. Its checkpoint is never ahead of what was acknowledged.
 */
export async function startRelay(tools: RelayTools): Promise<Relay> {
  const { log, index, catalogAt, settings, logger, stopping } = tools
  const checkpoint = await log.loadCheckpoint(RELAY_CHECKPOINT)
  const progress = keepCheckpoint(log, checkpoint, logger)
  let added = checkpoint
  let fail: (error: unknown) => void = () => {}
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject
  })
  const out = outbox({
    send: tools.send,
    onAcknowledged: progress.acknowledged,
    onFailure: fail,
    maxMessages: MAX_MESSAGES,
    maxBytes: MAX_BYTES,
  })

  const add = async (event: RecordedEvent): Promise<void> => {
    const { position } = event
    if (position <= added) return
    const told = index.tell(event)
    const segmentTools = async () => ({
      reader: await catalogAt(position, stopping.signal),
      storageBackends: NO_BACKENDS,
      nowMs: Date.now(),
    })
    const messages = told ? relayMessages(told, settings, segmentTools) : []
    for await (const message of messages) await out.add(message)
    added = position
    out.reached(added)
  }
  const subscription = log.subscribe(
    Math.min(index.position(), checkpoint),
    async (events, reached) => {
      const whole = await withRestOfAppend(log, events, reached, INDEXED_TYPES)
      index.take(whole)
      for (const event of whole) await add(event)
      if (reached <= added) return
      added = reached
      out.reached(reached)
    },
    { types: INDEXED_TYPES },
  )
  const ended = Promise.race([subscription.ended, failed]).catch((error: unknown) => {
    if (!stopping.signal.aborted && !(error instanceof OutboxClosed)) throw error
  })
  // Whoever started it may look later.
  ended.catch(() => undefined)

  return {
    ended,
    acknowledged: progress.position,
    stop: async () => {
      const closed = Promise.all([subscription.stop(), out.close()])
      await Promise.race([closed, delay(STOP_GRACE_MS, undefined, { ref: false })])
      // What is not acknowledged by now is sent again.
      stopping.abort()
      await closed
      await progress.stop()
    },
  }
}

/** Writes down every so often how far it came: what is sent twice after a crash is what came since. */
function keepCheckpoint(log: EventLog, from: number, logger: Logger) {
  let position = from
  let saved = from
  const save = async (): Promise<void> => {
    const reached = position
    if (reached <= saved) return
    await log.saveCheckpoint(RELAY_CHECKPOINT, reached)
    saved = reached
  }
  const saving = setInterval(() => {
    save().catch((err: unknown) => logger.warn({ err }, 'the checkpoint of the relay is not saved'))
  }, SAVE_EVERY_MS)
  return {
    position: () => position,
    acknowledged: (reached: number) => {
      position = Math.max(position, reached)
    },
    stop: async () => {
      clearInterval(saving)
      await save()
    },
  }
}
