import { describe, it } from 'vitest'
import { versitygwOnDisk } from '../support/media-on-disk.ts'
import { hasVersitygw, startVersitygw } from '../support/s3/versitygw.ts'
import { deleteInTrouble, type S3WithMedia, type TroubledRun } from './delete-in-trouble.ts'

const LASTS_MS = 30_000
const SEGMENTS = 2_000

async function start(directory: string, buckets: readonly string[]): Promise<S3WithMedia> {
  return { server: await startVersitygw(directory, buckets), ...versitygwOnDisk(directory) }
}

const cases: [string, Pick<TroubledRun, 'trouble' | 'told'>][] = [
  ['answers 500', { trouble: { status: 500, code: 'InternalError' }, told: /answers 500/ }],
  ['asks to slow down', { trouble: { status: 503, code: 'SlowDown' }, told: /answers 503/ }],
  ['is slow', { trouble: { slowMs: 5_000 } }],
  ['says nothing', { trouble: 'silence' }],
  ['refuses connections', { trouble: 'refuses connections', told: /ECONNREFUSED/ }],
]

describe.skipIf(!hasVersitygw())(`a flow that is deleted while S3, for ${LASTS_MS / 1000} s,`, () => {
  it.concurrent.for(cases)('%s is gone at once, and its media when S3 is back', ([_what, run], { expect }) =>
    deleteInTrouble(expect, { ...run, start, lastsMs: LASTS_MS, segments: SEGMENTS }),
  )
})
