import { z } from 'zod'
import { boundedArray } from './bounded.ts'
import { collectionItemShape } from './collection-item.ts'
import { ContainerMapping } from './container-mapping.ts'

const MAX_MEMBERS = 10_000

const FlowCollectionItem = z
  .object({
    ...collectionItemShape,
    container_mapping: ContainerMapping.describe(
      'Where the member’s essence is in the container of the Flow that collects it.',
    ).exactOptional(),
  })
  .meta({ id: 'FlowCollectionItem', description: 'A Flow collected by another.' })

export const FlowCollection = boundedArray(FlowCollectionItem, MAX_MEMBERS).meta({
  id: 'FlowCollection',
  description: 'The Flows that make up a Flow. Their order is kept.',
})

export type FlowCollection = z.infer<typeof FlowCollection>
