import { expect, it } from 'vitest'
import { catalogOfEvents } from '../../../support/catalog-of-events.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'

it('does not date a new flow’s segments by what went with an earlier one of its id', () => {
  const flow = videoFlow('hd', 'camera')
  const timerange = '[0:0_1:0)'
  const catalog = catalogOfEvents(
    { type: 'FlowCreated', data: { flow } },
    { type: 'SegmentsAdded', data: { flow_id: 'hd', segments: [{ object_id: 'clip', timerange }] } },
  )
  catalog.add(
    { type: 'FlowDeleted', data: { flow_id: 'hd', source_id: 'camera' } },
    { type: 'SegmentsDeleted', data: { flow_id: 'hd', timerange, ranges: [timerange] } },
    { type: 'FlowCreated', data: { flow } },
  )
  expect(catalog.reader.flow('hd')).toMatchObject({ segments_updated_ms: null })
  catalog.close()
})
