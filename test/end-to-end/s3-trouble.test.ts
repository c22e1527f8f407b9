import { describe, expect, it } from 'vitest'
import { upload } from '../support/media-requests.ts'
import { openStoreOn } from '../support/s3/s3-store.ts'
import { startSmallS3 } from '../support/s3/small-s3.ts'
import { deleteInTrouble, type S3WithMedia, type TroubledRun } from './delete-in-trouble.ts'

async function startSmall(_directory: string, buckets: readonly string[]): Promise<S3WithMedia> {
  const server = await startSmallS3({ buckets })
  const store = await openStoreOn(server)
  return {
    server,
    place: async (putUrl, bytes) => void (await upload(putUrl, bytes)),
    keys: async () => (await store.list(1000)).objects.map(({ key }) => key),
  }
}

const cases: [string, Pick<TroubledRun, 'trouble' | 'told'>][] = [
  ['answers 500', { trouble: { status: 500, code: 'InternalError' }, told: /answers 500/ }],
  ['asks to slow down', { trouble: { status: 503, code: 'SlowDown' }, told: /answers 503/ }],
  ['is slow', { trouble: { slowMs: 500 } }],
  ['refuses connections', { trouble: 'refuses connections', told: /ECONNREFUSED/ }],
]

describe('a flow that is deleted while S3', () => {
  it.each(cases)('%s is gone at once, and its media when S3 is back', (_what, run) =>
    deleteInTrouble(expect, { ...run, start: startSmall, lastsMs: 0, segments: 20 }),
  )
})
