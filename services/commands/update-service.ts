import type { EventContext } from '../../contracts/events/recorded-event.ts'
import { decideService } from '../../domain/service/service.ts'
import type { CommandServices } from './command-services.ts'
import { serviceStream } from './stream-kind.ts'

/** @see TAMS POST_service */
export function updateService(
  { run }: CommandServices,
  context: EventContext,
  update: { readonly name?: string; readonly description?: string },
) {
  return run(context, async (unit) => {
    const service = await unit.load(serviceStream, '')
    const decision = decideService({ type: 'UpdateService', ...update }, service.state)
    if (decision.accepted) service.append(decision.events)
  })
}
