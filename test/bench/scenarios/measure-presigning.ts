import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { openFilesystemMediaStore } from '../../../services/adapters/media-store/filesystem/filesystem-media-store.ts'
import type { Bench } from '../bench.ts'
import { rowOf } from '../report/row.ts'
import { objectIdAt } from '../tams/nth-segment.ts'

const KEYS = 1000
const MAX_OBJECT_BYTES = 1024

/** URLs that the filesystem media store signs in a second, here in this process: each page needs a hundred. */
export async function measurePresigning(bench: Bench): Promise<void> {
  const { rounds, urls } = bench.scale
  const store = await openFilesystemMediaStore({
    directory: join(bench.directory, 'media'),
    storageId: 'bench',
    publicBaseUrl: () => 'http://127.0.0.1:8000',
    signingKey: randomBytes(32),
    urlLifetimeSeconds: 3600,
    maxObjectBytes: MAX_OBJECT_BYTES,
  })
  const nowMs = Date.now()
  const keys = Array.from({ length: KEYS }, (_, index) => store.newKey(nowMs, objectIdAt('bench', index)))
  const distinct = new Set(keys.map((key) => store.getUrl(key, nowMs)))
  if (distinct.size !== KEYS) throw new Error('keys share a URL')

  const sign = (): number => {
    const started = performance.now()
    let characters = 0
    for (let i = 0; i < urls; i++) characters += store.getUrl(keys[i % KEYS]!, nowMs).length
    if (characters === 0) throw new Error('there are no URLs')
    return urls / ((performance.now() - started) / 1000)
  }
  sign()
  const rates = Array.from({ length: rounds }, sign)
  bench.add(rowOf({ scenario: 'presign', what: 'filesystem store, getUrl', unit: 'URLs/s' }, rates))
}
