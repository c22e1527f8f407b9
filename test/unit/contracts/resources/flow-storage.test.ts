import { describe, expect, it } from 'vitest'
import { FlowStoragePost, MAX_OBJECTS_PER_REQUEST } from '../../../../contracts/resources/flow-storage.ts'
import { faultsIn } from '../../../support/contracts/faults.ts'

describe('a request for storage', () => {
  it.each([
    {},
    { limit: 1 },
    { limit: Number.MAX_SAFE_INTEGER },
    { object_ids: [] },
    { object_ids: ['a', 'b/c'], content_type: 'video/mp4', presigned: false },
    { storage_id: '60af2ab4-e8a5-4c65-a09b-d35983680315' },
  ])('is accepted: %j', (body) => {
    expect(FlowStoragePost.parse(body)).toEqual(body)
  })

  it.each<[body: object, said: string]>([
    [{ limit: 1, object_ids: ['a'] }, 'limit: cannot be given together with object_ids, which says how many'],
    [{ limit: 0 }, 'limit: must be more than 0'],
    [{ limit: 1.5 }, 'limit: must be an integer'],
    [{ limit: '5' }, 'limit: must be an integer'],
    [{ object_ids: ['a', 'a'] }, 'object_ids: must have no id twice'],
    [
      { object_ids: ['a', ''] },
      'object_ids[1]: must be 1 to 1024 characters, none of them a control character',
    ],
    [{ object_ids: 'a' }, 'object_ids: must be a list'],
    [{ storage_id: 'main' }, 'storage_id: must be a UUID in lower case, of version 1 to 5'],
    [
      { content_type: 'video/mp4; a=b' },
      'content_type: must be a media type without parameters, such as video/mp2t',
    ],
    [{ presigned: 'yes' }, 'presigned: must be true or false'],
  ])('is refused: %j', (body, said) => {
    expect(faultsIn(FlowStoragePost, body)).toBe(said)
  })

  it('names no more objects than a request may', () => {
    const object_ids = Array.from({ length: MAX_OBJECTS_PER_REQUEST + 1 }, (_, n) => `${n}`)
    expect(faultsIn(FlowStoragePost, { object_ids })).toBe('object_ids: must have at most 5000 items')
    expect(faultsIn(FlowStoragePost, { object_ids: object_ids.slice(1) })).toBeUndefined()
  })
})
