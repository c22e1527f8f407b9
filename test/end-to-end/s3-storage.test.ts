import { startSmallS3 } from '../support/s3/small-s3.ts'
import { s3StorageSuite } from './s3-storage-suite.ts'

s3StorageSuite('S3', (_directory, buckets) => startSmallS3({ buckets }))
