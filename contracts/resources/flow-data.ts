import { z } from 'zod'
import { DATA } from './content-format.ts'
import { Codec, flowTechnicalShape, InitSegments } from './flow-technical.ts'

const DataEssence = z
  .strictObject({
    data_type: z
      .string()
      .max(1_024)
      .describe('What the data means, as a URN: urn:x-tams:data:bounding-box.')
      .exactOptional(),
    init_segments: InitSegments,
  })
  .meta({ id: 'DataEssence', description: 'The content of a data Flow.' })

/** @see TAMS flow-data.json */
export const flowDataShape = {
  ...flowTechnicalShape,
  format: z.literal(DATA),
  codec: Codec,
  essence_parameters: DataEssence,
}
