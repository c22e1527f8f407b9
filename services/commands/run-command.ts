import { setTimeout as delay } from 'node:timers/promises'
import type { EventContext } from '../../contracts/events/recorded-event.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { StreamCache } from './stream-cache.ts'
import { streamTurns } from './stream-turns.ts'
import { type Committed, inUnitOfWork, Overtaken, type StreamsRead, type UnitOfWork } from './unit-of-work.ts'

/** So many writers want the same streams that this command never got its turn: try again later. */
export class CommandContended extends Error {
  override readonly name = 'CommandContended'
}

export type CommandResult<T> = { readonly outcome: T } & Committed

/** Load, decide, append: again from the start where another writer came first. */
export type RunCommand = <T>(
  context: EventContext,
  decide: (unit: UnitOfWork) => Promise<T>,
) => Promise<CommandResult<T>>

const MAX_ATTEMPTS = 20
/** Milliseconds; grows with each attempt, so that writers of different processes part. */
const BACKOFF_MS = 2

/** How often a command may be overtaken before it gets its streams to itself. */
const PATIENCE = 3

/** @throws CommandContended, LogUnavailable */
export function commandRunner(log: EventLog, cache: StreamCache): RunCommand {
  const turns = streamTurns()
  return async (context, decide) => {
    const read: StreamsRead = new Set()
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const isTurn = attempt > PATIENCE
      const endTurn = isTurn ? await turns.take(read) : undefined
      try {
        const services = { log, cache, turns: isTurn ? undefined : turns }
        const { outcome, committed } = await inUnitOfWork(services, context, decide, read)
        return { outcome, ...committed }
      } catch (error) {
        if (!(error instanceof Overtaken)) throw error
      } finally {
        endTurn?.()
      }
      await delay(Math.random() * BACKOFF_MS * attempt)
    }
    throw new CommandContended(`overtaken ${MAX_ATTEMPTS} times`)
  }
}
