import type { DomainEvent, DomainEventType } from '../../contracts/events/domain-event.ts'
import type { EventContext, RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { DigestTypes, EventDigest } from './event-digest.ts'

/** `none`: the stream has no events; a number: its last event has that revision; `any`: whatever it is. */
export type ExpectedRevision = 'none' | 'any' | number

/**
 * Events for one stream. With no events it is a check only: the append is refused unless the stream is at
 * `expectedRevision`.
 */
export type StreamWrite = {
  readonly stream: string
  readonly expectedRevision: ExpectedRevision
  readonly events: readonly DomainEvent[]
  /**
   * It may be written at the same time as those beside it in the append that say so too: none of them rests on another.
   * Only where a log writes stream by stream does it matter.
   */
  readonly beside?: boolean
}

/** An event as its stream has it: its place among those of other streams may not be known yet. */
export type StreamEvent = DomainEvent & { readonly id: string; readonly revision: number }

export type AppendResult =
  | {
      readonly ok: true
      /** Position of the append's last event (of the log's last event, where the append had none). */
      readonly position: number
      /** UTC, milliseconds: the time all its events carry. */
      readonly timeMs: number
      /** The revision each write left its stream at, in the order given. */
      readonly revisions: readonly number[]
    }
  | {
      readonly ok: false
      readonly reason: 'wrong_expected_revision'
      readonly stream: string
      readonly actual: number | 'none'
      /**
       * Streams that have events of this append all the same (decision 60): repeating it with the same `commandId` and the
       * same events for these completes it.
       */
      readonly left?: readonly string[]
    }

/**
 * @param batch events in order; none where a filter has left nothing
 * @param reached a position up to which every event that passes the filter has been handed over
 */
export type EventHandler = (batch: readonly RecordedEvent[], reached: number) => Promise<void> | void

/** Only events of these types: the log passes over others without handing them out. */
export type EventFilter = { readonly types: readonly DomainEventType[] }

export type Subscription = {
  /** Settles when the subscription ends: resolves after `stop()`, rejects with what the handler threw. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

/** What a register holds, and how often it was written before: 0 at first. */
export type Register = { readonly revision: number; readonly value: unknown }

export type Snapshot = { readonly revision: number; readonly state: unknown }

/**
 * The command that lost its connection to the log, or met a full disk: try again later. Nothing was written, unless the
 * log writes stream by stream (decision 60): then repeating the append tells what was.
 */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable'
}

/**
 * The truth. Every adapter passes test/ports/event-log-contract.ts.
 *
 * Positions are the whole log's order; between those of two events there may be any number that are none's. An acknowledged append is on disk. The caller's thread never waits on
 * a disk to append: adapters do that elsewhere.
 */
export type EventLog = {
  /**
   * Appends to one stream or several, in the order given: wholly or not at all. Repeating a call with the
   * same `commandId` and writes is answered as the first was. EventStoreDB takes one stream at a time: there, what
   * fails in the middle leaves the writes before it, which repeating the call completes.
   * Calls made in one order are committed in that order, so a caller may send a second one, decided on what
   * the first will leave, before the first is answered: should the first be refused or fail, the second is
   * refused too, even where its expectations hold because someone else has written meanwhile.
   * @param cutOff the command of an append that was left in parts, which this one goes on from, and nobody completes
   * @throws LogUnavailable where the log cannot take it.
   */
  append(context: EventContext, writes: readonly StreamWrite[], cutOff?: string): Promise<AppendResult>
  /** Up to `limit` events of a stream, oldest first, from `fromRevision` inclusive; none if never written. */
  readStream(stream: string, fromRevision: number, limit: number): Promise<readonly RecordedEvent[]>
  /** The first `limit` events of each of many streams, at the cost of one read; none for those never written. */
  readStreams(
    streams: readonly string[],
    limit: number,
  ): Promise<ReadonlyMap<string, readonly RecordedEvent[]>>
  /**
   * As `readStream`, with all that was acknowledged to anyone: for decisions. What others have just appended the log may
   * not have put in order yet (decision 61).
   */
  loadStream(stream: string, fromRevision: number, limit: number): Promise<readonly StreamEvent[]>
  /** The same for the beginnings of many. */
  loadStreams(streams: readonly string[], limit: number): Promise<ReadonlyMap<string, readonly StreamEvent[]>>
  /** Up to `limit` events after position `after` (exclusive; 0 for the start), in order. */
  readAll(after: number, limit: number): Promise<readonly RecordedEvent[]>
  /**
   * What a reader needs of up to `limit` events after a position, none passed by: what is not needed whole is not read. There may
   * be less at once than there is; nothing only where there is nothing.
   */
  readDigest(types: DigestTypes, after: number, limit: number): Promise<EventDigest>
  /**
   * Catches up from `after` (exclusive), then goes on live. Batches arrive in order, one at a time: the next
   * is read when the handler's promise settles. At least once across restarts.
   */
  subscribe(after: number, onEvents: EventHandler, filter?: EventFilter): Subscription
  /** The last committed position; 0 for an empty log. */
  head(): Promise<number>
  /** The position a consumer has finished, durably; 0 where it was never saved. */
  loadCheckpoint(consumer: string): Promise<number>
  saveCheckpoint(consumer: string, position: number): Promise<void>
  /** What was last written; undefined where nothing ever was. */
  readRegister(name: string): Promise<Register | undefined>
  /**
   * Writes a small JSON value, durably, where the register is still at the revision that the writer has seen: of two who
   * try at once, one does. It is no event: nobody hears of it, and no copy of the log has it.
   * @returns the revision it has now; undefined where another was before, and nothing was written
   * @throws LogUnavailable: it may have been written all the same
   */
  writeRegister(name: string, expectedRevision: 'none' | number, value: unknown): Promise<number | undefined>
  /** A saved fold of a stream: a shortcut that may be lost, never a truth. */
  loadSnapshot(stream: string): Promise<Snapshot | undefined>
  saveSnapshot(stream: string, snapshot: Snapshot): Promise<void>
  close(): Promise<void>
}
