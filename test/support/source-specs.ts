import type { SourceEvent, SourceMetadata } from '../../contracts/events/source-events.ts'
import { VIDEO } from '../../contracts/resources/content-format.ts'
import { decideSource, type SourceCommand, sourceAggregate } from '../../domain/source/source.ts'
import { specFor } from './spec-for.ts'

// The words that specs of Sources are written in: one Source, `camera`.

export const given = specFor({ decide: decideSource, aggregate: sourceAggregate })

export const camera: SourceMetadata = {
  id: 'camera',
  format: VIDEO,
  label: 'Camera 1',
  tags: { site: ['a', 'b'] },
}
export const attach = (flow_id: string, described = camera): SourceCommand => ({
  type: 'AttachFlow',
  flow_id,
  described,
})
export const detach = (flow_id: string): SourceCommand => ({ type: 'DetachFlow', flow_id })

export const created: SourceEvent = { type: 'SourceCreated', data: { source: camera } }
export const deleted: SourceEvent = { type: 'SourceDeleted', data: { source_id: 'camera' } }
export const attached = (flow_id: string): SourceEvent => ({
  type: 'FlowAttached',
  data: { source_id: 'camera', flow_id },
})
export const detached = (flow_id: string): SourceEvent => ({
  type: 'FlowDetached',
  data: { source_id: 'camera', flow_id },
})
