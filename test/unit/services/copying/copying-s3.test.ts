import { startSmallS3 } from '../../../support/s3/small-s3.ts'
import { copyingS3Suite } from './copying-s3-suite.ts'

copyingS3Suite('S3', (_directory, buckets) => startSmallS3({ buckets }))
