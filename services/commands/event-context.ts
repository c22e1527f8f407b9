import { randomUUID } from 'node:crypto'
import type { EventContext } from '../../contracts/events/recorded-event.ts'

/** The context of a client's command. `correlationId` is the request's. */
export const commandContext = (correlationId: string, actor: string | null): EventContext => ({
  commandId: randomUUID(),
  actor,
  correlationId,
  causationId: null,
})

/** One step of a command too large for one append: a command of its own, with the same origin. */
export const childContext = (context: EventContext, step: number): EventContext =>
  step === 0 ? context : { ...context, commandId: randomUUID() }
