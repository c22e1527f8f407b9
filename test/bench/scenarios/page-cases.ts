import type { Servers } from '../bench.ts'
import { type Exchange, WrongAnswer } from '../load/exchange.ts'
import { startAt } from '../tams/nth-segment.ts'
import { verifySegments } from '../tams/verify-flow.ts'
import type { SeededFlow } from './seed-flows.ts'

/** A page of a flow, and which of its segments must be on it. */
export type PageCase = {
  readonly query: Readonly<Record<string, string>>
  readonly indexAt: (offset: number) => number
}

/** The service's default: no `limit` is sent. */
const SEGMENTS_PER_PAGE = 100

/** The ways into a flow. A service that skips what comes before pays more the farther in it is. */
export const PAGE_CASES = {
  head: () => ({ query: {}, indexAt: (offset) => offset }),
  'middle, by timerange': ({ count }) => {
    const middle = Math.floor(count / 2)
    return { query: { timerange: `[${startAt(middle)}_` }, indexAt: (offset) => middle + offset }
  },
  'middle, by page key': ({ middle: { pageKey, index } }) => ({
    query: { page: pageKey },
    indexAt: (offset) => index + offset,
  }),
  'tail, latest first': ({ count }) => ({
    query: { reverse_order: 'true' },
    indexAt: (offset) => count - 1 - offset,
  }),
} as const satisfies Record<string, (flow: SeededFlow) => PageCase>

/**
 * Reads the page once, checks that it has what it should, and has the bare handler send the same bytes.
 * @returns the request for it, good for either server: no answer of another length will do
 */
export async function preparePage(
  servers: Servers,
  { flowId }: SeededFlow,
  { query, indexAt }: PageCase,
): Promise<Exchange> {
  const parameters = new URLSearchParams(query).toString()
  const path = `/flows/${flowId}/segments${parameters === '' ? '' : `?${parameters}`}`
  const body = await readBody(servers, path)
  const segments = JSON.parse(body)
  if (segments.length !== SEGMENTS_PER_PAGE) throw new WrongAnswer(`${path}: ${segments.length} segments`)
  verifySegments(flowId, segments, indexAt)
  return prepareRead(servers, path, body)
}

/** @param body what the service answers, to be sent by the bare handler too */
export async function prepareRead({ bare }: Servers, path: string, body: string): Promise<Exchange> {
  await bare.serve(path, body)
  return { method: 'GET', path, expected: { status: 200, bytes: Buffer.byteLength(body) } }
}

export async function readBody({ service }: Servers, path: string): Promise<string> {
  const response = await fetch(service.origin + path)
  const body = await response.text()
  if (response.status !== 200) throw new WrongAnswer(`${path} answered ${response.status}: ${body}`)
  return body
}
