import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { openFilesystemMediaStore } from '../../../services/adapters/media-store/filesystem/filesystem-media-store.ts'
import type { MediaStore } from '../../../services/ports/media-store.ts'
import type { Bench } from '../bench.ts'
import { WrongAnswer } from '../load/exchange.ts'
import { rowOf } from '../report/row.ts'
import { objectIdAt } from '../tams/nth-segment.ts'
import { measureS3Presigning } from './measure-s3-presigning.ts'

const MAX_OBJECT_BYTES = 1024

/**
 * URLs that the filesystem media store signs in a second, here in this process: each page needs a hundred. For
 * objects that it has signed none for, and for the same ones again, as when many clients follow one flow.
 */
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
  const freshKeys = () => Array.from({ length: urls }, (_, i) => store.newKey(nowMs, objectIdAt('bench', i)))
  rateOf(store, freshKeys(), nowMs)
  const fresh: number[] = []
  const again: number[] = []
  for (let round = 0; round < rounds; round++) {
    const keys = freshKeys()
    fresh.push(rateOf(store, keys, nowMs))
    const few = keys.slice(0, SAME_KEYS)
    rateOf(store, few, nowMs)
    again.push(rateOf(store, few, nowMs))
  }
  const label = { scenario: 'presign', unit: 'URLs/s' }
  bench.add(rowOf({ ...label, what: 'filesystem store, each key once' }, fresh))
  bench.add(rowOf({ ...label, what: `filesystem store, the same ${SAME_KEYS} keys` }, again))
  await measureS3Presigning(bench)
}

const SAME_KEYS = 1000

/** @throws where two keys share a URL: then it was not signed for them */
function rateOf(store: MediaStore, keys: readonly string[], nowMs: number): number {
  const started = performance.now()
  const urls = keys.map((key) => store.getUrl(key, nowMs))
  const seconds = (performance.now() - started) / 1000
  if (new Set(urls).size !== new Set(keys).size) throw new WrongAnswer('keys share a URL')
  return keys.length / seconds
}
