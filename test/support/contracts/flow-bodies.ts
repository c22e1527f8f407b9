import { AUDIO, DATA, IMAGE, MULTI, VIDEO } from '../../../contracts/resources/content-format.ts'

export const FLOW_ID = '0d7b4f2e-6f0a-4d53-9a53-3f2f1c6f7f10'
export const SOURCE_ID = '7f1de0a4-3b43-4f0e-8f0e-6d1d3a4c9b21'
export const PROFILE_ID = '329b98d6-adeb-418c-8eaf-eca14edc1706'

const ids = { id: FLOW_ID, source_id: SOURCE_ID }

/** The least that each form of a Flow must say. */
export const videoFlow = {
  ...ids,
  format: VIDEO,
  codec: 'video/h264',
  essence_parameters: { frame_width: 1920, frame_height: 1080, frame_rate: { numerator: 25 } },
}

export const audioFlow = {
  ...ids,
  format: AUDIO,
  codec: 'audio/aac',
  essence_parameters: { sample_rate: 48_000, channels: 2 },
}

export const imageFlow = {
  ...ids,
  format: IMAGE,
  codec: 'image/jpeg',
  essence_parameters: { frame_width: 320, frame_height: 180 },
}

export const dataFlow = { ...ids, format: DATA, codec: 'application/json', essence_parameters: {} }

export const multiFlow = { ...ids, format: MULTI }

export const profileFlow = { ...ids, profile_id: PROFILE_ID }

/** A body with some of its essence parameters changed. */
export const withEssence = (flow: { readonly essence_parameters: object }, changes: object) => ({
  ...flow,
  essence_parameters: { ...flow.essence_parameters, ...changes },
})
