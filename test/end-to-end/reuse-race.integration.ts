import { join } from 'node:path'
import { describe, it } from 'vitest'
import { versitygwOnDisk } from '../support/media-on-disk.ts'
import { s3Environment } from '../support/s3/s3-environment.ts'
import { BUCKET } from '../support/s3/s3-store.ts'
import { hasVersitygw, startVersitygw } from '../support/s3/versitygw.ts'
import { type RaceStore, reuseRaceSuite } from './reuse-race-suite.ts'

async function openVersitygw(folder: string): Promise<RaceStore> {
  const directory = join(folder, 's3')
  const s3 = await startVersitygw(directory, [BUCKET])
  return { media: versitygwOnDisk(directory), environment: s3Environment(s3), close: () => s3.kill() }
}

if (hasVersitygw()) {
  reuseRaceSuite('versitygw', openVersitygw, { rounds: 10, segments: 1_200, clients: 8 })
} else {
  describe('objects that are used again while their flow is deleted', () =>
    it.skip('versitygw is not installed: run .ci/s3'))
}
