import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fillFlowWithMedia } from '../../support/flow-with-media.ts'
import { folderOnDisk, type MediaOnDisk, versitygwOnDisk } from '../../support/media-on-disk.ts'
import { s3Environment } from '../../support/s3/s3-environment.ts'
import { BUCKET } from '../../support/s3/s3-store.ts'
import { hasVersitygw, startVersitygw } from '../../support/s3/versitygw.ts'
import { type Bench, startOn } from '../bench.ts'
import { WrongAnswer } from '../load/exchange.ts'
import type { ServiceProcess } from '../processes/service-process.ts'
import { BUDGETS } from '../report/budgets.ts'
import { rowOf } from '../report/row.ts'
import { addMemory } from './memory-rows.ts'

/** Seconds from the moment a flow's DELETE is sent until … */
type Deletion = {
  readonly answered: number
  /** GET of the flow says that there is none. */
  readonly invisible: number
  /** Each segment is deleted. */
  readonly done: number
  /** The last object is off the disk. */
  readonly purged: number
}

type Storage = { readonly name: string; readonly media: MediaOnDisk }

const LOOK_EVERY_MS = 5

/** Large flows with media, deleted one after the other: on a local folder, and on an S3 server where one is installed. */
export async function measureDeletions(bench: Bench): Promise<void> {
  const local = { name: 'local folder', media: folderOnDisk(join(bench.directory, 'deleted-local/media')) }
  await measureOn(bench, 'deleted-local', {}, local)
  if (!hasVersitygw()) return bench.progress.say('deletion: no versitygw here, so none on S3')
  const directory = join(bench.directory, 'deleted-s3-server')
  const s3 = await startVersitygw(directory, [BUCKET])
  try {
    const storage = { name: 'versitygw', media: versitygwOnDisk(directory) }
    await measureOn(bench, 'deleted-s3', s3Environment(s3), storage)
  } finally {
    await s3.kill()
  }
}

async function measureOn(
  bench: Bench,
  dataDirectory: string,
  environment: Readonly<Record<string, string>>,
  { name, media }: Storage,
): Promise<void> {
  const { deletions, deletedSegments } = bench.scale
  const service = await startOn(bench, dataDirectory, environment)
  const measured: Deletion[] = []
  try {
    for (let i = 1; i <= deletions; i++) {
      bench.progress.say(`deletion: ${name}, ${i} of ${deletions}`)
      const { flow_id } = await fillFlowWithMedia(service.origin, media, deletedSegments)
      measured.push(await measureDeletion(service, media, flow_id))
    }
    const flows = `${deletedSegments.toLocaleString('en')} segments on ${name}`
    const add = (what: string, value: (deletion: Deletion) => number, budget = {}) =>
      bench.add(
        rowOf({ scenario: 'deletion', what: `${flows}, ${what}`, unit: 's', ...budget }, measured.map(value)),
      )
    add('answered', ({ answered }) => answered, { budget: BUDGETS.deletionAnswer })
    add('no longer read', ({ invisible }) => invisible)
    add('every segment deleted', ({ done }) => done)
    add('every byte gone', ({ purged }) => purged)
    await addMemory(bench, service, `deleting ${flows}`)
  } finally {
    await service.stop()
  }
}

async function measureDeletion(
  { origin }: ServiceProcess,
  media: MediaOnDisk,
  flow_id: string,
): Promise<Deletion> {
  const flow = `${origin}/flows/${flow_id}`
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1000
  const answering = fetch(flow, { method: 'DELETE' }).then(async (response) => {
    const answered = seconds()
    if (response.status === 204) return { answered }
    if (response.status !== 202) throw new WrongAnswer(`DELETE of a flow answered ${response.status}`)
    return { answered, request: `${origin}/flow-delete-requests/${(await jsonOf(response)).id}` }
  })
  const invisible = await until(async () => (await fetch(flow)).status === 404, seconds)
  const { answered, request } = await answering.then((answer) => ({ request: undefined, ...answer }))
  const isDone = async () => request === undefined || statusOf(await jsonOf(await fetch(request))) === 'done'
  const done = await until(isDone, seconds)
  const purged = await until(() => media.isEmpty(), seconds)
  return { answered, invisible, done, purged }
}

/** @returns when something came to be so */
async function until(isSo: () => boolean | Promise<boolean>, seconds: () => number): Promise<number> {
  while (!(await isSo())) await delay(LOOK_EVERY_MS)
  return seconds()
}

type Request = { readonly id: string; readonly status: string }

const jsonOf = async (response: Response): Promise<Request> => (await response.json()) as Request

/** @throws WrongAnswer where the deletion was given up */
function statusOf({ id, status }: Request): string {
  if (status === 'error') throw new WrongAnswer(`the deletion ${id} failed`)
  return status
}
