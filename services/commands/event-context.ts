import { randomUUID } from 'node:crypto'
import type { EventContext } from '../../contracts/events/recorded-event.ts'
import type { Access } from '../../domain/access/access.ts'
import { type CommandKey, idByKey } from './command-key.ts'

/** What caused a command, and, where whoever sends it may repeat it, what all the times have in common. */
export type CommandContext = EventContext & {
  readonly key?: CommandKey
  /** It comes often enough a second time to look for its answer before it is decided. */
  readonly isOftenRepeated?: boolean
  /** What whoever asks may do with resources; everything, where nothing is said. */
  readonly access?: Access | undefined
}

/** The context of a client's command. `correlationId` is the request's. */
export const commandContext = (correlationId: string, actor: string | null): EventContext => ({
  commandId: randomUUID(),
  actor,
  correlationId,
  causationId: null,
})

/**
 * The same of a command with a key. Its id is as new as any: the log would take two appends of the same id for one,
 * where what they say differs.
 */
export const keyedContext = (
  key: CommandKey,
  correlationId: string,
  actor: string | null,
): CommandContext => ({ key, ...commandContext(correlationId, actor) })

/** The id of what a command makes: the same as often as it is repeated. */
export const newIdBy = ({ key }: CommandContext): string => (key ? idByKey(key) : randomUUID())

/** One step of a command too large for one append: a command of its own, with the same origin. */
export function childContext(context: CommandContext, step: number): EventContext {
  if (step === 0) return context
  const { key: _, ...rest } = context
  return { ...rest, commandId: randomUUID() }
}
