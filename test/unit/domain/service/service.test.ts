import { describe, it } from 'vitest'
import type { ServiceUpdated } from '../../../../contracts/events/service-events.ts'
import { decideService, serviceAggregate } from '../../../../domain/service/service.ts'
import { specFor } from '../../../support/spec-for.ts'

const given = specFor({ decide: decideService, aggregate: serviceAggregate })

const updated = (name: string, description: string): ServiceUpdated => ({
  type: 'ServiceUpdated',
  data: { name, description },
})

describe('describing the service', () => {
  it('sets what is given', () =>
    given().when({ type: 'UpdateService', name: 'Playout' }).thenEvents(updated('Playout', '')))

  it('leaves the other property as it was', () =>
    given(updated('Playout', 'Two racks'))
      .when({ type: 'UpdateService', description: 'Three racks' })
      .thenEvents(updated('Playout', 'Three racks')))

  it('unsets a property that is given as empty text', () =>
    given(updated('Playout', 'Two racks'))
      .when({ type: 'UpdateService', name: '' })
      .thenEvents(updated('', 'Two racks')))

  it.each([{}, { name: 'Playout' }, { name: 'Playout', description: '' }])(
    'has nothing to do where all is as asked for: %j',
    (update) =>
      given(updated('Playout', ''))
        .when({ type: 'UpdateService', ...update })
        .thenEvents(),
  )

  it('reads an event that names one property only', () =>
    given(updated('Playout', 'Two racks'), { type: 'ServiceUpdated', data: { name: 'Archive' } })
      .when({ type: 'UpdateService', name: 'Archive', description: 'Two racks' })
      .thenEvents())
})
