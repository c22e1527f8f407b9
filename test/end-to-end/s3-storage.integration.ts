import { describe, it } from 'vitest'
import { hasVersitygw, startVersitygw } from '../support/s3/versitygw.ts'
import { s3StorageSuite } from './s3-storage-suite.ts'

if (hasVersitygw()) s3StorageSuite('versitygw', startVersitygw)
else describe('a service that keeps its media on S3', () => it.skip('versitygw is not installed: run .ci/s3'))
