import { z } from 'zod'
import { MULTI } from './content-format.ts'
import { flowTechnicalShape, InitSegments } from './flow-technical.ts'

const MultiEssence = z
  .strictObject({ init_segments: InitSegments })
  .meta({ id: 'MultiEssence', description: 'What a multi-essence Flow says of its own container.' })

/** It may have a container of its own, or only collect Flows that have. @see TAMS flow-multi.json */
export const flowMultiShape = {
  ...flowTechnicalShape,
  format: z.literal(MULTI),
  essence_parameters: MultiEssence.exactOptional(),
}
