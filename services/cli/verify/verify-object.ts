import { createHash } from 'node:crypto'
import type { GetUrl } from '../../../contracts/resources/get-url.ts'
import { Failure } from '../failure.ts'
import { bytesOf, openObject, uncheckedBytesOf } from '../tams/download-object.ts'
import type { Service } from '../tams/service.ts'
import { controlledUrls, type FindObject, type RecordedObject } from './recorded-object.ts'

/** From good to bad: an object is as bad as its worst instance. */
export const VERDICTS = ['ok', 'nothing_recorded', 'size_differs', 'checksum_differs', 'unreadable'] as const
export type Verdict = (typeof VERDICTS)[number]

export type InstanceReport = {
  readonly storage_id?: string
  readonly label?: string
  readonly verdict: Verdict
  /** How many were read. */
  readonly size_bytes?: number
  /** What is wrong, for people. */
  readonly message?: string
}

export type ObjectReport = {
  readonly object_id: string
  readonly verdict: Verdict
  readonly instances: readonly InstanceReport[]
}

/** Reads every instance of an object whole, in memory as large as a chunk, and compares it with what is recorded. */
export async function verifyObject(
  service: Service,
  find: FindObject,
  object_id: string,
): Promise<ObjectReport> {
  const recorded = await find(object_id)
  if (!recorded) {
    return told(object_id, [{ verdict: 'unreadable', message: 'the service knows no such object any more' }])
  }
  const urls = controlledUrls(recorded)
  // All it has is outside of the service's control, which can promise nothing of it.
  if (urls.length === 0 && recorded.get_urls.length > 0)
    return told(object_id, [{ verdict: 'nothing_recorded' }])
  if (urls.length === 0) return told(object_id, [{ verdict: 'unreadable', message: 'it has no URL' }])
  const instances: InstanceReport[] = []
  for (const url of urls) instances.push(await verifyInstance(service, object_id, recorded, url))
  return told(object_id, instances)
}

const told = (object_id: string, instances: readonly InstanceReport[]): ObjectReport => {
  const verdict = VERDICTS.findLast((each) => instances.some((instance) => instance.verdict === each)) ?? 'ok'
  return { object_id, verdict, instances }
}

async function verifyInstance(
  service: Service,
  object_id: string,
  recorded: RecordedObject,
  url: GetUrl,
): Promise<InstanceReport> {
  const { storage_id, label } = url
  const instance = { ...(storage_id !== undefined && { storage_id }), ...(label !== undefined && { label }) }
  try {
    const object = await openObject(service, object_id, [url])
    const read = recorded.size_bytes === undefined ? bytesOf : uncheckedBytesOf
    return { ...instance, ...(await compared(recorded, read(service, object))) }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { ...instance, verdict: 'unreadable', message: error.message }
  }
}

async function compared(
  { size_bytes: expected, checksums }: RecordedObject,
  bytes: AsyncIterable<Uint8Array>,
): Promise<Pick<InstanceReport, 'verdict' | 'size_bytes' | 'message'>> {
  const hashes = checksums.map(({ algorithm, value }) => ({ algorithm, value, hash: createHash(algorithm) }))
  let size_bytes = 0
  for await (const chunk of bytes) {
    size_bytes += chunk.length
    for (const { hash } of hashes) hash.update(chunk)
  }
  if (expected === undefined) return { verdict: 'nothing_recorded', size_bytes }
  if (size_bytes !== expected) {
    return { verdict: 'size_differs', size_bytes, message: `${size_bytes} bytes, not ${expected}` }
  }
  for (const { algorithm, value, hash } of hashes) {
    const found = hash.digest('base64')
    if (found === value) continue
    return { verdict: 'checksum_differs', size_bytes, message: `${algorithm} ${found}, not ${value}` }
  }
  return { verdict: 'ok', size_bytes }
}
