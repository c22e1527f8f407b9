import { formatTimeRange } from '../../../contracts/time/timerange.ts'
import { Failure } from '../failure.ts'
import { PROMPT } from '../http/with-retries.ts'
import { createProgress, type Progress, sizeText } from '../progress.ts'
import type { Service } from '../tams/service.ts'
import {
  bytesRead,
  noTotals,
  objectIdsOf,
  type VerifyTotals,
  verifyObjects,
  withReport,
} from '../verify/verify-flow.ts'
import type { ObjectReport, Verdict } from '../verify/verify-object.ts'
import { withConnection } from './connection.ts'
import type { ServiceFlags } from './service-options.ts'
import { timerangeFlag } from './timerange-flag.ts'

export type VerifyFlags = ServiceFlags & {
  readonly timerange: string
  readonly concurrency: number
  readonly strict?: boolean
}

/** For the service itself, beside the objects that are read. */
const OTHER_CONNECTIONS = 4

export async function runVerify(flowId: string, flags: VerifyFlags): Promise<void> {
  const timerange = formatTimeRange(timerangeFlag(flags.timerange))
  const { concurrency, json = false, strict = false } = flags
  const options = { retries: PROMPT, connections: concurrency + OTHER_CONNECTIONS, isFollowing: false }
  const progress = createProgress('objects')
  try {
    const totals = await withConnection(flags, options, ({ service }) =>
      verify({ service, flowId, timerange, concurrency }, progress, json),
    )
    progress.stop()
    progress.result(json ? JSON.stringify(totals) : summaryOf(totals))
    const wrong = wrongIn(totals, strict)
    if (wrong > 0) throw new Failure(`${wrong} of ${totals.objects} objects are not as they have to be`)
  } finally {
    progress.stop()
  }
}

async function verify(
  job: { readonly service: Service; flowId: string; timerange: string; concurrency: number },
  progress: Progress,
  json: boolean,
): Promise<VerifyTotals> {
  const ids = await objectIdsOf(job)
  progress.start(ids.length)
  let totals = noTotals
  for await (const report of verifyObjects(job, ids)) {
    totals = withReport(totals, report)
    progress.advance(1, bytesRead(report.instances))
    if (json) progress.result(JSON.stringify(report))
    else for (const line of linesOf(report)) progress.result(line)
  }
  return totals
}

const WORDS: Readonly<Record<Verdict, string>> = {
  ok: 'ok',
  nothing_recorded: 'nothing recorded',
  size_differs: 'size differs',
  checksum_differs: 'checksum differs',
  unreadable: 'unreadable',
}

/** A line for an object that is well, and for each instance of one that is not. */
function linesOf({ object_id, verdict, instances }: ObjectReport): readonly string[] {
  if (verdict === 'ok' || verdict === 'nothing_recorded') return [lineOf(verdict, object_id)]
  return instances
    .filter((instance) => instance.verdict !== 'ok' && instance.verdict !== 'nothing_recorded')
    .map(({ verdict, label, storage_id, message = '' }) => {
      const place = label ?? storage_id
      return lineOf(verdict, `${object_id}${place === undefined ? '' : ` in ${place}`}: ${message}`)
    })
}

const WIDTH = Math.max(...Object.values(WORDS).map(({ length }) => length)) + 2

const lineOf = (verdict: Verdict, about: string): string => WORDS[verdict].padEnd(WIDTH) + about

function summaryOf(totals: VerifyTotals): string {
  const counts = (Object.keys(WORDS) as Verdict[])
    .filter((verdict) => totals[verdict] > 0)
    .map((verdict) => `${totals[verdict]} ${WORDS[verdict]}`)
  return [`${totals.objects} objects (${sizeText(totals.bytes)})`, ...counts].join(', ')
}

const wrongIn = (totals: VerifyTotals, strict: boolean): number =>
  totals.size_differs + totals.checksum_differs + totals.unreadable + (strict ? totals.nothing_recorded : 0)
