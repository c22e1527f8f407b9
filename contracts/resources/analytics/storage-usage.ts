import { z } from 'zod'
import { Bytes, Count, Ratio, valueOfDimension } from './view-fields.ts'

const OfAll = Count.nullable()

/** Not in TAMS. */
export const StorageUsage = z
  .object({
    ...valueOfDimension('total', 'storage_id', 'size_up_to'),
    objects: Count,
    measured_objects: Count.describe('Those whose size is recorded.'),
    measured_bytes: Bytes.describe('What these have, in all.'),
    average_object_bytes: Bytes.nullable().describe('Rounded down.'),
    instances: OfAll.describe('Complete copies in Storage Backends.'),
    media_objects: OfAll.describe('This and what follows are told of all objects only.'),
    init_objects: OfAll,
    unregistered_objects: OfAll.describe('Set aside in storage, and not used by any Flow Segment so far.'),
    orphaned_objects: OfAll.describe('Registered, and used by nothing now.'),
    shared_objects: OfAll.describe('Used by several Flows.'),
    used_objects: OfAll.describe('Media Objects that Flow Segments use.'),
    uses: OfAll.describe(
      'Flow Segments that use them, also of deleted Flows whose Flow Segments are yet to go.',
    ),
    reuse_ratio: Ratio.nullable().describe('Flow Segments to a used Media Object.'),
  })
  .meta({ id: 'StorageUsage', description: 'Objects of one kind, and their bytes.' })

export type StorageUsage = z.infer<typeof StorageUsage>
