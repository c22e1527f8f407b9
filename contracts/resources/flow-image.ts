import { z } from 'zod'
import { absent } from './absent.ts'
import { IMAGE } from './content-format.ts'
import { Codec, flowTechnicalShape } from './flow-technical.ts'
import { AspectRatio } from './rational.ts'

const ImageEssence = z
  .strictObject({
    frame_width: z.int().positive().describe('Pixels.'),
    frame_height: z.int().positive().describe('Pixels.'),
    aspect_ratio: AspectRatio.describe('Of the picture as displayed.').exactOptional(),
    init_segments: absent('is not for images'),
  })
  .meta({ id: 'ImageEssence', description: 'The pictures of a still image Flow.' })

/** @see TAMS flow-image.json */
export const flowImageShape = {
  ...flowTechnicalShape,
  format: z.literal(IMAGE),
  codec: Codec,
  essence_parameters: ImageEssence,
}
