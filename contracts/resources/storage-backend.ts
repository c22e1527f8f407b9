import { z } from 'zod'
import { Label } from './free-text.ts'
import { Tags } from './tags.ts'
import { Uuid } from './uuid.ts'

const Name = z.string().max(1_024)

/** What is told of a Storage Backend beside each of its URLs too (`verbose_storage`). */
export const storageBackendShape = {
  store_type: z
    .literal('http_object_store')
    .describe('How media is read and written there: by HTTP GET and PUT.')
    .exactOptional(),
  provider: Name.describe('Who runs it.').exactOptional(),
  region: Name.describe('Where the provider has it.').exactOptional(),
  availability_zone: Name.describe('Where in the region; providers name zones per account.').exactOptional(),
  store_product: Name.describe('The storage product.').exactOptional(),
  tags: Tags.exactOptional(),
}

/** @see TAMS storage-backends-list.json */
export const StorageBackend = z
  .object({
    ...storageBackendShape,
    id: Uuid.describe('The Storage Backend.'),
    label: Label.describe('A short name; also that of its URLs in `get_urls`.').exactOptional(),
    store_type: z.literal('http_object_store').describe('How media is read and written there.'),
    provider: Name.describe('Who runs it.'),
    store_product: Name.describe('The storage product.'),
    default_storage: z
      .boolean()
      .describe('Whether storage is allocated here unless a client names another; false unless given.')
      .exactOptional(),
  })
  .meta({ id: 'StorageBackend', description: 'A place the service keeps Media Objects in.' })

export type StorageBackend = z.infer<typeof StorageBackend>
