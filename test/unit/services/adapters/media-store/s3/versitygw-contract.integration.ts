import { describe, it } from 'vitest'
import { mediaStoreContract } from '../../../../../ports/media-store-contract.ts'
import { startS3Store } from '../../../../../support/s3/s3-store.ts'
import { hasVersitygw, startVersitygw } from '../../../../../support/s3/versitygw.ts'

if (hasVersitygw()) mediaStoreContract('S3', () => startS3Store(startVersitygw))
else describe('S3 as a media store', () => it.skip('versitygw is not installed: run .ci/s3'))
