import type { FlowMetadata } from '../../contracts/resources/flow.ts'
import type { Tags } from '../../contracts/resources/tags.ts'
import { instantsOf } from './instants.ts'
import type { LogModel, ModelFlow, ModelSource, Stamped } from './log-model/model.ts'
import { collectingSourcesOf, collectorsOf } from './model-collections.ts'

type Row = Readonly<Record<string, string | number | null>>

/** The facets of a flow as they have to be: what it says, who collects it, and when it has content. */
export function flowFacetRows(model: LogModel, item: ModelFlow): Row[] {
  const { flow } = item
  const { frame_width, frame_height, init_segments }: Partial<Record<string, unknown>> =
    flow.essence_parameters ?? {}
  const { source_id, format, codec, profile_id, label, status } = flow
  const columns = { source_id, format, codec, profile_id, label, status, frame_width, frame_height }
  const collectors = collectorsOf(model, flow.id).map((parent) => parent.flow.id)
  return facetRows(item, flow, [
    ...told({ ...columns, init_segments: init_segments === true ? 1 : 0 }),
    ...collected(collectors),
    ...extent(model, flow),
  ])
}

export function sourceFacetRows(model: LogModel, item: ModelSource): Row[] {
  const { format, label, id } = item.source
  return facetRows(item, item.source, [
    ...told({ format, label }),
    ...collected(collectingSourcesOf(model, id)),
  ])
}

export const sortLabel = ({ id, label }: { readonly id: string; readonly label?: string }): string =>
  label === undefined ? `1${id}` : `0${label}`

type Words = readonly unknown[] | number
type Described = { readonly id: string; readonly label?: string; readonly tags?: Tags }

function facetRows({ key, created_ms, updated_ms }: Stamped, described: Described, words: Words[]): Row[] {
  const names = new Set(
    [...words, ...tagged(described.tags)].map((each) =>
      typeof each === 'number' ? String(each) : JSON.stringify(each),
    ),
  )
  const stamps = { created_ms, updated_ms, sort_label: sortLabel(described) }
  return [...names].map((facet) => ({ key, facet, ...stamps }))
}

const told = (columns: Readonly<Record<string, unknown>>): Words[] =>
  Object.entries(columns).filter(([, value]) => value !== undefined)

const collected = (by: readonly string[]): Words[] =>
  by.length === 0 ? [['collected_by']] : by.map((id) => ['collected_by', id])

function tagged(tags: Tags = {}): Words[] {
  const names = Object.keys(tags).sort()
  return [
    ['tags', ...names],
    ...names.map((name) => ['tag_exists', name]),
    ...names.flatMap((name) => [tags[name]!].flat().map((value) => ['tag', name, value])),
  ]
}

const NANOSECONDS = 1_000_000_000n
/** Bits of seconds in a bucket, and how many there are of each kind: see time-facets.ts. */
const LEVELS = [12n, 18n, 24n, 30n, 50n]
const SPAN = 2n ** 40n

function extent({ timelines }: LogModel, { id }: FlowMetadata): Words[] {
  const segments = timelines.get(id) ?? []
  if (segments.length === 0) return [['empty']]
  const { first } = segments[0]!
  // A segment that ends before an instant still counts as reaching it, as far as buckets go.
  const { start: _, ...end } = endOf(segments.at(-1)!.timerange)
  const seconds = [first, end.end].map((instant) => floorDivide(instant, NANOSECONDS)) as [bigint, bigint]
  const words: Words[] = []
  let finest: number | undefined
  for (const [index, bits] of LEVELS.entries()) {
    const [low, high] = seconds.map((second) => second >> bits) as [bigint, bigint]
    if (finest === undefined && high - low >= 4n) continue
    finest ??= index
    for (let bucket = low; bucket <= high; bucket++) {
      words.push(Number(BigInt(-2 * index - 1) * SPAN + SPAN / 2n + bucket))
      if (finest === index && index > 0)
        words.push(Number(BigInt(-2 * index - 2) * SPAN + SPAN / 2n + bucket))
    }
  }
  return words
}

function endOf(timerange: string): { start: bigint; end: bigint } {
  // The same range with its end counted in.
  const { first, last } = instantsOf(timerange.replace(')', ']'))
  return { start: first, end: last }
}

const floorDivide = (a: bigint, b: bigint): bigint => (a - (((a % b) + b) % b)) / b
