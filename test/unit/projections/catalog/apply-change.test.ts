import { describe, expect, it } from 'vitest'
import type { DomainEvent } from '../../../../contracts/events/domain-event.ts'
import { catalogOfEvents } from '../../../support/catalog-of-events.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'

const flow = videoFlow('hd', 'camera')
const history: readonly DomainEvent[] = [
  { type: 'FlowCreated', data: { flow } },
  {
    type: 'SegmentsAdded',
    data: { flow_id: 'hd', segments: [{ object_id: 'clip', timerange: '[0:0_1:0)' }] },
  },
  { type: 'FlowDeleted', data: { flow_id: 'hd', source_id: 'camera' } },
  { type: 'SegmentsDeleted', data: { flow_id: 'hd', timerange: '[0:0_1:0)', ranges: ['[0:0_1:0)'] } },
  { type: 'FlowCreated', data: { flow } },
]

describe('a flow that has the id of one that was deleted', () => {
  it('inherits no time at which segments changed, be it in one batch or many', () => {
    const [atOnce, piecemeal] = [catalogOfEvents(...history), catalogOfEvents()]
    for (const event of history) piecemeal.add(event)
    for (const { reader, close } of [atOnce, piecemeal]) {
      expect(reader.flow('hd')).toMatchObject({ segments_updated_ms: null })
      close()
    }
  })
})
