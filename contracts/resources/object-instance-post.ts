import { z } from 'zod'
import { UncontrolledUrl } from './get-url.ts'
import { Uuid } from './uuid.ts'

/** Where an object shall be, or is, besides where it is known to be. @see TAMS objects-instances-post.json */
export const ObjectInstancePost = z
  .object({
    storage_id: Uuid.describe('The Storage Backend to make a copy in.').exactOptional(),
    url: UncontrolledUrl.shape.url.exactOptional(),
    label: UncontrolledUrl.shape.label.exactOptional(),
  })
  .check(({ value, issues }) => {
    const { storage_id, url, label } = value
    const isControlled = storage_id !== undefined && url === undefined && label === undefined
    const isUncontrolled = storage_id === undefined && url !== undefined && label !== undefined
    if (isControlled || isUncontrolled) return
    issues.push({
      code: 'custom',
      path: [],
      message: 'must have either storage_id, or url and label',
      input: value,
    })
  })
  .meta({
    id: 'ObjectInstancePost',
    description: 'Asks for a copy in a Storage Backend, or makes a URL outside this service known.',
    oneOf: [{ required: ['storage_id'] }, { required: ['url', 'label'] }],
  })

export type ObjectInstancePost = z.infer<typeof ObjectInstancePost>
