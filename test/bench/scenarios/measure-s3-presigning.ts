import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { createS3Client } from '../../../services/adapters/media-store/s3/s3-client.ts'
import { openS3MediaStore } from '../../../services/adapters/media-store/s3/s3-media-store.ts'
import type { Bench } from '../bench.ts'
import { WrongAnswer } from '../load/exchange.ts'
import { BUDGETS } from '../report/budgets.ts'
import { ratiosOf, spreadOf } from '../statistics.ts'
import { objectIdAt } from '../tams/nth-segment.ts'

const BUCKET = {
  bucket: 'bench',
  region: 'eu-west-2',
  pathStyle: false,
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPx' },
}
const LIFETIME_SECONDS = 3600
const STEP_MS = 60_000

/** The SDK is slow enough to be measured on fewer. */
const SDK_SHARE = 20

type Presign = (keys: readonly string[]) => readonly string[] | Promise<readonly string[]>

/** URLs for S3, each for an object that has had none, by the AWS SDK's presigner in turns with ours. */
export async function measureS3Presigning(bench: Bench): Promise<void> {
  const { rounds, urls } = bench.scale
  const nowMs = Date.now()
  const sdk = createS3Client(BUCKET)
  const store = await openS3MediaStore({
    ...BUCKET,
    urlLifetimeSeconds: LIFETIME_SECONDS,
    maxObjectBytes: 1024,
    onCredentialsFailure: () => {},
  })
  const ours: Presign = (keys) => keys.map((key) => store.getUrl(key, nowMs))
  const sdks: Presign = (keys) => presignBySdk(sdk, keys, nowMs)
  const keys = (count: number) =>
    Array.from({ length: count }, (_, i) => store.newKey(nowMs, objectIdAt('bench', i)))

  const few = Math.ceil(urls / SDK_SHARE)
  await requireSame(ours, sdks, keys(few))
  const rates = { ours: [] as number[], sdks: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    rates.ours.push(await rateOf(ours, keys(urls)))
    rates.sdks.push(await rateOf(sdks, keys(few)))
  }
  store.close()
  sdk.destroy()
  bench.add({
    scenario: 'presign',
    what: 'S3 store, each key once; bare: AWS SDK',
    unit: 'URLs/s',
    service: spreadOf(rates.ours),
    bare: spreadOf(rates.sdks),
    ratio: spreadOf(ratiosOf(rates.ours, rates.sdks)),
    budget: BUDGETS.presign,
  })
}

async function presignBySdk(client: S3Client, keys: readonly string[], nowMs: number) {
  const signingDate = new Date(Math.floor(nowMs / STEP_MS) * STEP_MS)
  const options = { expiresIn: LIFETIME_SECONDS + STEP_MS / 1000, signingDate }
  const urls: string[] = []
  for (const Key of keys) {
    urls.push(await getSignedUrl(client, new GetObjectCommand({ Bucket: BUCKET.bucket, Key }), options))
  }
  return urls
}

/** Also warms both up. @throws where they do not make the same URLs: then it is not the same work */
async function requireSame(ours: Presign, sdks: Presign, keys: readonly string[]): Promise<void> {
  const [left, right] = [await ours(keys), await sdks(keys)]
  if (left.some((url, i) => url !== right[i])) throw new WrongAnswer('our URLs are not those of the SDK')
}

async function rateOf(presign: Presign, keys: readonly string[]): Promise<number> {
  const started = performance.now()
  const urls = await presign(keys)
  const seconds = (performance.now() - started) / 1000
  if (new Set(urls).size !== keys.length) throw new WrongAnswer('keys share a URL')
  return keys.length / seconds
}
