import type { ServiceEvent } from '../../../contracts/events/service-events.ts'
import { type Projection, put } from './projection.ts'

export const serviceProjection: Projection<ServiceEvent['type']> = {
  ServiceUpdated: ({ data }) => [put('service', 'service', { ...data })],
}
