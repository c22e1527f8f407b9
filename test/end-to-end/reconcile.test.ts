import { startSmallS3 } from '../support/s3/small-s3.ts'
import { reconcileSuite } from './reconcile-suite.ts'

reconcileSuite('S3', (_directory, buckets) => startSmallS3({ buckets }))
