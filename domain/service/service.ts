import type { ServiceEvent } from '../../contracts/events/service-events.ts'
import { type Aggregate, accept, type Decision } from '../decision.ts'

export type ServiceState = { readonly name: string; readonly description: string }

export type ServiceCommand = {
  readonly type: 'UpdateService'
  readonly name?: string
  readonly description?: string
}

/** Only name and description are a client's to change; an empty text unsets. @see TAMS POST_service */
export function decideService(command: ServiceCommand, state: ServiceState): Decision<ServiceEvent, never> {
  const { name = state.name, description = state.description } = command
  if (name === state.name && description === state.description) return accept()
  return accept({ type: 'ServiceUpdated', data: { name, description } })
}

export const serviceAggregate: Aggregate<ServiceState, ServiceEvent> = {
  initial: { name: '', description: '' },
  evolve: (state, event) => ({ ...state, ...event.data }),
}
