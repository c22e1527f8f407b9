import { describe, it } from 'vitest'
import { hasVersitygw, startVersitygw } from '../../../support/s3/versitygw.ts'
import { copyingS3Suite } from './copying-s3-suite.ts'

if (hasVersitygw()) copyingS3Suite('versitygw', startVersitygw)
else describe('copying to and from S3', () => it.skip('versitygw is not installed: run .ci/s3'))
