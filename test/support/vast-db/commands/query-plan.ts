import { numberHeader, type Received } from '../http/received.ts'
import { NO_ROW } from '../query/row-id.ts'
import { IDS_PER_ROW_GROUP, type Share } from '../query/scan.ts'
import { badRequest } from '../refusal.ts'

export type Plan = {
  /** Where each sub-split goes on; `NO_ROW` for one that is finished. */
  readonly starts: readonly number[]
  readonly limit: number
  readonly isEstimate: boolean
  share(subSplit: number): Share
}

/** Split number by which a client asks how many rows there may be. @see section 6.9 of the protocol */
const ESTIMATE = 2 ** 32 - 4
/** @see section 6.7: the most sub-splits that a client asks for */
const MAX_SUB_SPLITS = 64

/** Which rows a query is about, and how many of them, by its headers. @see section 6.1 */
export function planOf(request: Received): Plan {
  const [split, splits, rowGroups] = splitOf(request)
  const subSplits = Number(numberHeader(request, 'tabular-num-of-subsplits'))
  if (subSplits < 1 || subSplits > MAX_SUB_SPLITS) throw badRequest(`1 to ${MAX_SUB_SPLITS} sub-splits`)
  for (const name of ['tabular-request-format', 'tabular-response-format']) {
    if (request.headers[name] !== 'string') throw badRequest(`${name} is string`)
  }
  checkSchedule(request)
  const limit = numberHeader(request, 'tabular-limit-rows')
  if (limit === 0n) throw badRequest('tabular-limit-rows is above 0')
  const slots = splits * subSplits
  return {
    starts: startsOf(request, subSplits),
    limit: limit === undefined ? Number.POSITIVE_INFINITY : Number(limit),
    isEstimate: split === ESTIMATE,
    // A table of less than one unit is all in split 0, sub-split 0.
    share: (subSplit) => ({
      slot: subSplit * splits + split,
      slots,
      idsPerUnit: rowGroups * IDS_PER_ROW_GROUP,
    }),
  }
}

function splitOf({ headers }: Received): [split: number, splits: number, rowGroups: number] {
  const parts = /^(\d{1,10}),(\d{1,10}),(\d{1,10})$/.exec(String(headers['tabular-split']))
  if (!parts) throw badRequest('tabular-split is three numbers')
  const [split, splits, rowGroups] = parts.slice(1).map(Number) as [number, number, number]
  if (splits < 1 || rowGroups < 1 || (split >= splits && split !== ESTIMATE))
    throw badRequest('no such split')
  return [split, splits, rowGroups]
}

const START = 'tabular-start-row-id-'

/** A sub-split that is not mentioned is finished, unless none is: then all begin. */
function startsOf({ headers }: Received, subSplits: number): number[] {
  const said = Object.keys(headers).filter((name) => name.startsWith(START))
  const starts = new Array<number>(subSplits).fill(said.length > 0 ? NO_ROW : 0)
  for (const name of said) {
    const [at = '', id = ''] = String(headers[name]).split(',')
    if (at !== name.slice(START.length) || !/^\d{1,15}$/.test(id))
      throw badRequest(`${name}: ${headers[name]}`)
    if (Number(at) >= subSplits || Number(id) > NO_ROW) throw badRequest(`${name}: ${headers[name]}`)
    starts[Number(at)] = Number(id)
  }
  return starts
}

function checkSchedule({ headers }: Received): void {
  const id = headers['tabular-schedule-id']
  if (id !== undefined && !/^\d+$/.test(String(id))) throw badRequest('a priority is not negative')
}
