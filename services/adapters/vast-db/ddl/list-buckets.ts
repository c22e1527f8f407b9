import { decodeEntities } from '../transport/error-of-answer.ts'
import type { Transport } from '../transport/transport.ts'

/** All that these credentials may see, of databases and others. It is S3's own list. */
export async function listBuckets(transport: Transport): Promise<readonly string[]> {
  const { body } = await transport.send({ method: 'GET', path: '/', query: '' })
  const buckets = Buffer.from(body)
    .toString()
    .matchAll(/<Bucket>.*?<Name>([^<]*)<\/Name>.*?<\/Bucket>/gs)
  return Array.from(buckets, ([, name]) => decodeEntities(name ?? ''))
}
