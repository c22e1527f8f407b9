import { describe, expect, it } from 'vitest'
import { catalogOfEvents } from '../../../support/catalog-of-events.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'

describe('a flow put again after it was deleted', () => {
  it('has no segments that were updated, even where all of it reaches the catalog at once', () => {
    const flow = videoFlow('hd', 'camera')
    const segments = [{ object_id: 'clip', timerange: '[0:0_1:0)' }]
    const catalog = catalogOfEvents(
      { type: 'FlowCreated', data: { flow } },
      { type: 'SegmentsAdded', data: { flow_id: 'hd', segments } },
      { type: 'FlowDeleted', data: { flow_id: 'hd', source_id: 'camera' } },
      { type: 'SegmentsDeleted', data: { flow_id: 'hd', timerange: '[0:0_1:0)', ranges: ['[0:0_1:0)'] } },
      { type: 'FlowCreated', data: { flow } },
    )
    expect(catalog.reader.flow('hd')?.segments_updated_ms).toBeNull()
    catalog.close()
  })
})
