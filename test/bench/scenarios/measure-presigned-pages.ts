import type { RunningS3 } from '../../support/s3/running-s3.ts'
import { s3Environment } from '../../support/s3/s3-environment.ts'
import { BUCKET } from '../../support/s3/s3-store.ts'
import { startSmallS3 } from '../../support/s3/small-s3.ts'
import { putFlow } from '../../support/tams-requests.ts'
import { type Bench, startOn } from '../bench.ts'
import { interleave } from '../interleave.ts'
import { openConnections, repeated, sharedLanes } from '../load/connections.ts'
import { type Exchange, WrongAnswer } from '../load/exchange.ts'
import { withCpu } from '../load/load.ts'
import type { BareProcess } from '../processes/bare-process.ts'
import { startSdkPresigner } from '../processes/sdk-process.ts'
import type { ServiceProcess } from '../processes/service-process.ts'
import { BUDGETS } from '../report/budgets.ts'
import { comparedRow } from '../report/row.ts'
import { startAt } from '../tams/nth-segment.ts'
import { verifySegments } from '../tams/verify-flow.ts'
import { prepareReads, type ReadPage, readBody } from './page-cases.ts'
import { seedFlow } from './seed-flows.ts'

const DATA_DIRECTORY = 'presigned'
const PER_PAGE = 1_000
/** What the service signs for by default: it dates URLs to the minute, and adds that minute. */
const EXPIRES_IN_SECONDS = 3_600 + 60

type Presigners = { readonly service: ServiceProcess; readonly sdk: BareProcess }

/**
 * Pages of 1,000 segments with URLs for S3, by the service in turns with a handler that has all of the page but
 * the URLs and leaves those to the AWS SDK. Nobody asks S3 anything meanwhile. What the pages hold is read
 * before, from a process that is then stopped: the one that is measured remembers no signature.
 */
export async function measurePresignedPages(bench: Bench): Promise<void> {
  const { rounds, presignedPages } = bench.scale
  const s3 = await startSmallS3({ buckets: [BUCKET] })
  try {
    const pages = await withService(bench, s3, (service) =>
      // One page more than is measured: that one is read again and again.
      seedPages(bench, service, rounds * presignedPages + 1),
    )
    await withService(bench, s3, async (service) => {
      const { endpoint, region, credentials } = s3
      const options = { bucket: BUCKET, region, endpoint, credentials, expiresIn: EXPIRES_IN_SECONDS }
      const sdk = await startSdkPresigner(options)
      try {
        await measure(bench, { service, sdk }, await prepareReads(sdk, pages))
      } finally {
        await sdk.stop()
      }
    })
  } finally {
    await s3.kill()
  }
}

async function withService<T>(
  bench: Bench,
  s3: RunningS3,
  use: (service: ServiceProcess) => Promise<T>,
): Promise<T> {
  const service = await startOn(bench, DATA_DIRECTORY, s3Environment(s3))
  try {
    return await use(service)
  } finally {
    await service.stop()
  }
}

/** Makes a flow of so many pages, and reads each. */
async function seedPages(bench: Bench, service: ServiceProcess, count: number): Promise<readonly ReadPage[]> {
  const flowId = await putFlow(service.origin)
  await seedFlow(bench, service.origin, flowId, count * PER_PAGE)
  const pages: ReadPage[] = []
  for (let page = 0; page < count; page++) {
    const query = new URLSearchParams({
      limit: String(PER_PAGE),
      timerange: `[${startAt(page * PER_PAGE)}_`,
    })
    const path = `/flows/${flowId}/segments?${query}`
    const body = await readBody(service, path)
    const segments = JSON.parse(body)
    if (segments.length !== PER_PAGE) throw new WrongAnswer(`${path}: ${segments.length} segments`)
    verifySegments(flowId, segments, (offset) => page * PER_PAGE + offset)
    pages.push({ path, body })
  }
  return pages
}

/** @param reads a page each, of which the last one may be read more than once */
async function measure(
  bench: Bench,
  { service, sdk }: Presigners,
  reads: readonly Exchange[],
): Promise<void> {
  const { rounds, presignedPages } = bench.scale
  const again = reads.at(-1)!
  const targets = [service, sdk].map((server) => ({ server, connection: openConnections(server.origin, 1) }))
  const turnsOf = (exchanges: (round: number) => readonly Exchange[]) =>
    targets.map(({ server, connection }) => (round: number) => {
      const list = exchanges(round)
      return withCpu(server, () => connection.drive(sharedLanes(repeated(list, presignedPages), 1)))
    })
  const same = turnsOf(() => [again])
  const fresh = turnsOf((round) => reads.slice(round * presignedPages, (round + 1) * presignedPages))

  bench.progress.say('presigned-pages: warming up')
  await requireSame([service, sdk], again.path)
  await interleave(1, same)
  bench.progress.say(`presigned-pages: ${rounds} rounds`)
  const [first, bySdk] = await interleave(rounds, fresh)
  const [repeats, bySdkAgain] = await interleave(rounds, same)
  for (const { connection } of targets) await connection.close()

  const label = { scenario: 'presigned-pages', unit: 'requests/s', budget: BUDGETS.presignedPage }
  const what = `${PER_PAGE.toLocaleString('en')} segments of ${(reads.length * PER_PAGE).toLocaleString('en')} on S3`
  const asked = { fresh: `${what}, each page once; bare: AWS SDK`, again: `${what}, the same again` }
  bench.add(comparedRow({ ...label, what: asked.fresh }, { service: first!, bare: bySdk! }))
  bench.add(comparedRow({ ...label, what: asked.again }, { service: repeats!, bare: bySdkAgain! }))
}

/** @throws WrongAnswer where they do not send the same: then it is not the same work */
async function requireSame(servers: readonly { readonly origin: string }[], path: string): Promise<void> {
  // A minute may end between the two, and then the date is another: not twice, though.
  for (const isLast of [false, true]) {
    const [ours, theirs] = await Promise.all(servers.map((server) => readBody(server, path)))
    if (ours === theirs) return
    if (isLast) throw new WrongAnswer('a page with our URLs is not that with the URLs of the SDK')
  }
}
