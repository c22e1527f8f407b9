import type { EventContext, RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { CommandServices } from '../commands/command-services.ts'
import { drainTimeline } from '../commands/delete-segments.ts'

/** @returns a position by which a deleted Flow's segments were gone */
export type DrainFlow = (context: EventContext, flow_id: string) => Promise<number>

/** Drains a deleted Flow's timeline; who asks while that is under way waits for the same. */
export function flowDrain(services: CommandServices): DrainFlow {
  const underWay = new Map<string, Promise<number>>()
  return (context, flow_id) => {
    const started = underWay.get(flow_id)
    if (started) return started
    const drain = drainTimeline(services, context, flow_id).finally(() => underWay.delete(flow_id))
    underWay.set(flow_id, drain)
    return drain
  }
}

/** The context of what follows from an event. */
export const causedBy = ({ id, actor, correlationId }: RecordedEvent, commandId: string): EventContext => ({
  commandId,
  actor,
  correlationId,
  causationId: id,
})
