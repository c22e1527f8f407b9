import { mediaStoreContract } from '../../../../../ports/media-store-contract.ts'
import { BUCKET, startS3Store } from '../../../../../support/s3/s3-store.ts'
import { startSmallS3 } from '../../../../../support/s3/small-s3.ts'

const buckets = [BUCKET]

mediaStoreContract('S3', () => startS3Store(() => startSmallS3({ buckets })))

mediaStoreContract(
  'S3 without conditional writes',
  () => startS3Store(() => startSmallS3({ buckets, hasConditionalWrites: false })),
  { isFirstUploadKept: false },
)
