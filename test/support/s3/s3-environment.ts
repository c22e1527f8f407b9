import type { RunningS3 } from './running-s3.ts'
import { BUCKET } from './s3-store.ts'

/** The variables that make the service keep its media on an S3 server. */
export const s3Environment = ({ endpoint, region, credentials }: RunningS3): Record<string, string> => ({
  S3_BUCKET_NAME: BUCKET,
  S3_ENDPOINT_URL: endpoint,
  S3_REGION: region,
  S3_ACCESS_KEY_ID: credentials.accessKeyId,
  S3_SECRET_ACCESS_KEY: credentials.secretAccessKey,
})
