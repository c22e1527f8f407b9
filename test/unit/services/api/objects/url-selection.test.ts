import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DomainEvent } from '../../../../../contracts/events/domain-event.ts'
import { openFilesystemMediaStore } from '../../../../../services/adapters/media-store/filesystem/filesystem-media-store.ts'
import { type UrlRequest, urlSelection } from '../../../../../services/api/objects/url-selection.ts'
import { type StorageBackends, storageBackends } from '../../../../../services/storage/storage-backends.ts'
import { type CatalogOfEvents, catalogOfEvents } from '../../../../support/catalog-of-events.ts'
import { temporaryFolder } from '../../../../support/running-service.ts'

const folder = temporaryFolder()

const keyOf = (digit: string): string => `2026/11/21/${digit.repeat(32)}`

async function backend(id: string, isDefault: boolean) {
  const store = await openFilesystemMediaStore({
    directory: join(folder, id),
    publicBaseUrl: () => `http://${id}.test`,
    storageId: id,
    signingKey: Buffer.alloc(32, 7),
    urlLifetimeSeconds: 300,
    maxObjectBytes: 1024,
  })
  return { id, label: id, provider: 'framelog', product: 'filesystem', isDefault, store }
}

const object_id = 'clip'
const history: readonly DomainEvent[] = [
  {
    type: 'ObjectAllocated',
    data: { object_id, flow_id: 'hd', storage_id: 'shelf', key: keyOf('a'), content_type: 'video/mp4' },
  },
  { type: 'InstanceAdded', data: { object_id, label: 'web', url: 'https://a/' } },
  { type: 'InstanceRequested', data: { object_id, storage_id: 'attic', key: keyOf('b') } },
  { type: 'InstanceStored', data: { object_id, storage_id: 'attic', key: keyOf('b') } },
  { type: 'InstanceRequested', data: { object_id, storage_id: 'disk', key: keyOf('c') } },
]
const stored: DomainEvent = {
  type: 'InstanceStored',
  data: { object_id, storage_id: 'disk', key: keyOf('c') },
}
const removed = (storage_id: string, key: string): DomainEvent => ({
  type: 'InstanceRemoved',
  data: { object_id, storage_id, key },
})

let backends: StorageBackends
const catalogs: CatalogOfEvents[] = []
beforeAll(async () => {
  const all = [await backend('shelf', false), await backend('attic', false), await backend('disk', true)]
  backends = storageBackends(all)
})
afterAll(() => {
  for (const catalog of catalogs) catalog.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The object's URLs without their signatures. */
function urlsAfter(events: readonly DomainEvent[], request: UrlRequest = {}): readonly string[] {
  const catalog = catalogOfEvents(...events)
  catalogs.push(catalog)
  const row = catalog.reader.object(object_id)!
  const render = urlSelection(backends, catalog.reader, request, 0)
  const urls = JSON.parse(render({ ...row, object_id })) as { url: string }[]
  return urls.map(({ url }) => url.replace(/\?.*/, ''))
}

const [shelf, attic, disk] = [
  `http://shelf.test/media/${keyOf('a')}`,
  `http://attic.test/media/${keyOf('b')}`,
  `http://disk.test/media/${keyOf('c')}`,
]

describe('the URLs of an object', () => {
  it('are those of all instances that are complete, the preferred backend first', () => {
    expect(urlsAfter(history)).toEqual([shelf, attic, 'https://a/'])
    expect(urlsAfter([...history, stored])).toEqual([disk, shelf, attic, 'https://a/'])
  })

  it('are those that are left, be it without the first instance', () => {
    const moved = [...history, stored, removed('shelf', keyOf('a'))]
    expect(urlsAfter(moved)).toEqual([disk, attic, 'https://a/'])
    const again: DomainEvent[] = ['InstanceRequested', 'InstanceStored'].map(
      (type) => ({ type, data: { object_id, storage_id: 'shelf', key: keyOf('d') } }) as DomainEvent,
    )
    expect(urlsAfter([...moved, ...again])).toEqual([
      disk,
      `http://shelf.test/media/${keyOf('d')}`,
      attic,
      'https://a/',
    ])
  })

  it('are chosen by backend, label and kind', () => {
    const all = [...history, stored]
    expect(urlsAfter(all, { accept_storage_ids: ['attic'] })).toEqual([attic])
    expect(urlsAfter(all, { accept_get_urls: ['web', 'shelf'] })).toEqual([shelf, 'https://a/'])
    expect(urlsAfter(all, { presigned: true })).toEqual([disk, shelf, attic])
    expect(urlsAfter(all, { presigned: false })).toEqual([disk, shelf, attic, 'https://a/'])
    expect(urlsAfter(all, { accept_get_urls: [] })).toEqual([])
  })

  it('need no look-up once one instance is left', () => {
    const catalog = catalogOfEvents(...history, removed('attic', keyOf('b')), {
      type: 'InstanceRemoved',
      data: { object_id, label: 'web' },
    })
    catalogs.push(catalog)
    expect(catalog.reader.object(object_id)).toMatchObject({ storage_id: 'shelf', has_urls: null })
    expect(urlsAfter([...history, removed('attic', keyOf('b'))])).toEqual([shelf, 'https://a/'])
  })
})
