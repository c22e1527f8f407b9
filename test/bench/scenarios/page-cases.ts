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

/** How many different pages of a flow's middle are read in turn, so that no single one is in every cache. */
const PAGES = 50

/**
 * The ways into a flow. There is one head and one tail, which everyone reads; the middle is half of the flow.
 * A service that skips what comes before pays more the farther in it is.
 */
export const PAGE_CASES = {
  head: () => [{ query: {}, indexAt: (offset) => offset }],
  'middle, by timerange': ({ count }) =>
    spread(PAGES, Math.floor(count / 4), Math.floor((count * 3) / 4)).map((index) => ({
      query: { timerange: `[${startAt(index)}_` },
      indexAt: (offset) => index + offset,
    })),
  'middle, by page key': ({ count, places }) => {
    const middle = places.filter(({ index }) => index >= count / 4 && index <= (count * 3) / 4)
    return spread(Math.min(PAGES, middle.length), 0, middle.length).map((place) => {
      const { pageKey, index } = middle[place]!
      return { query: { page: pageKey }, indexAt: (offset) => index + offset }
    })
  },
  'tail, latest first': ({ count }) => [
    { query: { reverse_order: 'true' }, indexAt: (offset) => count - 1 - offset },
  ],
} as const satisfies Record<string, (flow: SeededFlow) => readonly PageCase[]>

/** As many pages as there are to be had, at even distances, of which no two have a segment in common. */
export const disjointPages = ({ count }: SeededFlow, pages: number): readonly PageCase[] =>
  spread(pages, 0, Math.floor(count / SEGMENTS_PER_PAGE)).map((page) => ({
    query: { timerange: `[${startAt(page * SEGMENTS_PER_PAGE)}_` },
    indexAt: (offset) => page * SEGMENTS_PER_PAGE + offset,
  }))

/** A page as the service has it, checked to hold what it should. */
export type ReadPage = { readonly path: string; readonly body: string }

/** Reads each page once. @throws WrongAnswer */
export async function readPages(
  service: Servers['service'],
  flow: SeededFlow,
  cases: readonly PageCase[],
): Promise<readonly ReadPage[]> {
  const pages: ReadPage[] = []
  for (const { query, indexAt } of cases) {
    const parameters = new URLSearchParams(query).toString()
    const path = `/flows/${flow.flowId}/segments${parameters === '' ? '' : `?${parameters}`}`
    const body = await readBody(service, path)
    const segments = JSON.parse(body)
    if (segments.length !== SEGMENTS_PER_PAGE) throw new WrongAnswer(`${path}: ${segments.length} segments`)
    verifySegments(flow.flowId, segments, indexAt)
    pages.push({ path, body })
  }
  return pages
}

/**
 * Has the bare handler send the same bytes as the service.
 * @returns the requests for them, good for either server: no answer of another length will do
 */
export async function prepareReads(
  bare: Servers['bare'],
  pages: readonly ReadPage[],
): Promise<readonly Exchange[]> {
  for (const { path, body } of pages) await bare.serve(path, body)
  return pages.map(({ path, body }) => ({
    method: 'GET',
    path,
    expected: { status: 200, bytes: Buffer.byteLength(body) },
  }))
}

export async function readBody({ origin }: { readonly origin: string }, path: string): Promise<string> {
  const response = await fetch(origin + path)
  const body = await response.text()
  if (response.status !== 200) throw new WrongAnswer(`${path} answered ${response.status}: ${body}`)
  return body
}

/** Whole numbers from `first` up to `end`, at even distances. */
const spread = (count: number, first: number, end: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => first + Math.floor((i * (end - first)) / count))
