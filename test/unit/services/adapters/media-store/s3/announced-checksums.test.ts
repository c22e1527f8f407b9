import { BUCKET } from '../../../../../support/s3/s3-store.ts'
import { startSmallS3 } from '../../../../../support/s3/small-s3.ts'
import { announcedChecksumsSuite } from './announced-checksums-suite.ts'

announcedChecksumsSuite('S3', () => startSmallS3({ buckets: [BUCKET] }))
