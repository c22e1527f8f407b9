import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { EventLog } from '../ports/event-log.ts'
import { errorKind, spanOfCommand } from '../tracing/spans-of-events.ts'
import { tracing } from '../tracing/tracing.ts'
import { type EarlierAnswer, earlierAnswer } from './answered-commands.ts'
import { noAttempts, Overtaken } from './attempts.ts'
import type { Committed } from './commit-works.ts'
import type { CommandContext } from './event-context.ts'
import type { StreamCache } from './stream-cache.ts'
import { streamTurns } from './stream-turns.ts'
import { inUnitOfWork, type UnitOfWork } from './unit-of-work.ts'

/** So many writers want the same streams that this command never got its turn: try again later. */
export class CommandContended extends Error {
  override readonly name = 'CommandContended'
}

export type CommandResult<T> = { readonly outcome: T } & Committed & {
    /** The command was carried out before: this is what came of it then. */
    readonly isRepeat: boolean
  }

/**
 * Load, decide, append: again from the start where another writer came first. A command with a key is carried out
 * once: its outcome, which has to be JSON, is written with what it did, and is given to whoever repeats it.
 */
export type RunCommand = <T>(
  context: CommandContext,
  decide: (unit: UnitOfWork) => Promise<T>,
) => Promise<CommandResult<T>>

const MAX_ATTEMPTS = 20
/** Milliseconds; grows with each attempt, so that writers of different processes part. */
const BACKOFF_MS = 2

/** How often a command may be overtaken before it gets its streams to itself. */
const PATIENCE = 3

/** @throws CommandContended, LogUnavailable, KeyReused */
export function commandRunner(log: EventLog, cache: StreamCache): RunCommand {
  const turns = streamTurns()
  const run: RunCommand = async (context, decide) => {
    const attempts = noAttempts()
    let attempted: CommandContext = context
    const answering = async (unit: UnitOfWork) => {
      const outcome = await decide(unit)
      if (context.key) unit.answer(context.key, outcome)
      return outcome
    }
    const answered = () => context.key && earlierAnswer(log, context.key)
    const before = context.isOftenRepeated && (await answered())
    if (before) return repeated(before)
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const isTurn = attempt > PATIENCE
      const endTurn = isTurn ? await turns.take(attempts.read) : undefined
      try {
        const services = { log, cache, turns: isTurn ? undefined : turns }
        const { outcome, committed } = await inUnitOfWork(services, attempted, answering, attempts)
        return { outcome, ...committed, isRepeat: false }
      } catch (error) {
        if (!(error instanceof Overtaken)) throw error
        if (error.left === 'for good') {
          // What is left keeps the ids of its events.
          attempts.cutOff = attempts.left?.commandId
          attempts.left = undefined
          attempted = { ...context, commandId: randomUUID() }
        } else attempts.left = error.left ?? attempts.left
      } finally {
        endTurn?.()
      }
      // Otherwise only now: a command that is new pays for no look.
      const earlier = await answered()
      if (earlier) return repeated(earlier)
      await delay(Math.random() * BACKOFF_MS * attempt)
    }
    throw new CommandContended(`overtaken ${MAX_ATTEMPTS} times`)
  }
  return (context, decide) => (tracing() ? traced(run, context, decide) : run(context, decide))
}

async function traced<T>(
  run: RunCommand,
  context: CommandContext,
  decide: (unit: UnitOfWork) => Promise<T>,
): Promise<CommandResult<T>> {
  const span = spanOfCommand(context)
  let attempts = 0
  try {
    const result = await run(context, (unit) => {
      attempts++
      return decide(unit)
    })
    span?.end({ attributes: { 'framelog.attempts': attempts, 'framelog.position': result.position } })
    return result
  } catch (error) {
    span?.end({ attributes: { 'framelog.attempts': attempts }, error: errorKind(error) })
    throw error
  }
}

const repeated = <T>({ outcome, ...committed }: EarlierAnswer): CommandResult<T> => ({
  outcome: outcome as T,
  ...committed,
  isRepeat: true,
})
