import { AUDIO, MULTI, VIDEO } from '../../contracts/resources/content-format.ts'
import type { FlowMetadata } from '../../contracts/resources/flow.ts'
import type { ProfilePost } from '../../contracts/resources/profile.ts'

type Common = Partial<Omit<FlowMetadata, 'format' | 'codec' | 'container' | 'essence_parameters'>>
type Video = Extract<FlowMetadata, { format: typeof VIDEO }>

/** A video flow as its events keep it, as short as TAMS allows but for its container. */
export const videoFlow = (id: string, source_id: string, changes: Common = {}): Video => ({
  id,
  source_id,
  format: VIDEO,
  codec: 'video/h264',
  container: 'video/mp4',
  essence_parameters: { frame_width: 1920, frame_height: 1080, frame_rate: { numerator: 25 } },
  ...changes,
})

/** A video flow whose media objects need an init object (ADR 0045). */
export const fragmentedFlow = (id: string, source_id: string, changes: Common = {}): Video => {
  const flow = videoFlow(id, source_id, changes)
  return { ...flow, essence_parameters: { ...flow.essence_parameters, init_segments: true } }
}

export const audioFlow = (id: string, source_id: string, changes: Common = {}): FlowMetadata => ({
  id,
  source_id,
  format: AUDIO,
  codec: 'audio/aac',
  container: 'video/mp2t',
  essence_parameters: { sample_rate: 48_000, channels: 2 },
  ...changes,
})

/** A flow that only collects others: without a container, it takes no media. */
export const multiFlow = (id: string, source_id: string, changes: Common = {}): FlowMetadata => ({
  id,
  source_id,
  format: MULTI,
  ...changes,
})

/** A profile of such video as `videoFlow` is. */
export const videoProfile = (id: string, changes: Partial<Omit<ProfilePost, 'id'>> = {}): ProfilePost => {
  const { id: _, source_id: __, ...flow_metadata } = videoFlow('', '')
  return { id, flow_metadata, ...changes }
}

export const audioProfile = (id: string, changes: Partial<Omit<ProfilePost, 'id'>> = {}): ProfilePost => ({
  id,
  flow_metadata: {
    format: AUDIO,
    codec: 'audio/aac',
    container: 'video/mp2t',
    essence_parameters: { sample_rate: 48_000, channels: 2 },
  },
  ...changes,
})
