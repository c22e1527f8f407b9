import type { Reply } from '../commands/command.ts'
import { badRequest, Refusal } from '../refusal.ts'
import { bucketOf, type Database } from '../store/database.ts'
import type { Received } from './received.ts'

/** What is asked in S3's own way, without a command: whether a bucket is there, which there are, and its snapshots. */
export function answerS3(request: Received, database: Database, snapshots: readonly string[]): Reply {
  const [bucket] = request.segments
  if (request.method === 'HEAD' && bucket !== undefined && request.segments.length === 1) {
    if (!database.buckets.has(bucket)) throw new Refusal(404, 'NoSuchBucket', `there is no bucket ${bucket}`)
    return {}
  }
  if (request.method !== 'GET')
    throw new Refusal(405, 'MethodNotAllowed', `${request.method} without a command`)
  if (bucket === undefined) return xml(bucketList([...database.buckets.keys()]))
  bucketOf(database, bucket)
  return xml(snapshotList(request, snapshots))
}

const xml = (text: string): Reply => ({
  headers: { 'content-type': 'application/xml' },
  body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${text}`),
})

function bucketList(names: readonly string[]): string {
  const buckets = names.map((name) => `<Bucket><Name>${name}</Name></Bucket>`).join('')
  return `<ListAllMyBucketsResult><Buckets>${buckets}</Buckets></ListAllMyBucketsResult>`
}

/** @see section 3.4 of the protocol */
function snapshotList({ params }: Received, snapshots: readonly string[]): string {
  const prefix = params.get('prefix') ?? ''
  if (
    params.get('list_type') !== '2' ||
    params.get('delimiter') !== '/' ||
    !prefix.startsWith('.snapshot/')
  ) {
    throw badRequest('only snapshots are listed')
  }
  const all = snapshots
    .map((name) => `.snapshot/${name}/`)
    .filter((name) => name.startsWith(prefix))
    .sort()
  const after = params.get('continuation-token') ?? ''
  const left = all.filter((name) => name > after)
  const page = left.slice(0, Number(params.get('max_keys') ?? 1000))
  const prefixes = page.map((name) => `<CommonPrefixes><Prefix>${name}</Prefix></CommonPrefixes>`).join('')
  return `<ListBucketResult><IsTruncated>${page.length < left.length}</IsTruncated><Marker>${page.at(-1) ?? ''}</Marker>${prefixes}</ListBucketResult>`
}
