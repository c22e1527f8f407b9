import type { RecordedEvent } from '../../../contracts/events/recorded-event.ts'
import { parseTimeRange } from '../../../contracts/time/timerange.ts'
import type { Timestamp } from '../../../contracts/time/timestamp.ts'
import type {
  FlowUsageRow,
  StorageUsageRow,
  SummaryRow,
  TimeRangeRow,
} from '../../../projections/analytics/view-tables.ts'
import type { LogModel, ModelFlow, ModelObject, ModelSegment } from '../log-model/model.ts'

// The views, reckoned anew from all there is, in the plainest way.

type Chosen = {
  /** Of flows that are there: which are meant. */
  readonly isMeant: (flow: ModelFlow) => boolean
  /** Of their segments: which count. */
  readonly counts: (segment: ModelSegment) => boolean
}

export const ALL: Chosen = { isMeant: () => true, counts: () => true }

type SeenFlow = { readonly flow: ModelFlow; readonly segments: readonly ModelSegment[] }

const seenFlows = (model: LogModel, { isMeant, counts }: Chosen): readonly SeenFlow[] =>
  [...model.flows.values()]
    .filter(isMeant)
    .map((flow) => ({ flow, segments: (model.timelines.get(flow.flow.id) ?? []).filter(counts) }))

export function modelFlowUsage(model: LogModel, chosen: Chosen): readonly FlowUsageRow[] {
  const seen = seenFlows(model, chosen)
  const dimensions: Record<string, (flow: ModelFlow) => string | null> = {
    format: ({ flow }) => flow.format,
    codec: ({ flow }) => flow.codec ?? null,
    container: ({ flow }) => flow.container ?? null,
    resolution: ({ flow }) => {
      const { frame_width, frame_height } = essenceOf(flow)
      return frame_width === undefined ? null : `${frame_width}x${frame_height}`
    },
    // All that random flows have.
    frame_rate: ({ flow }) => (essenceOf(flow)['frame_rate'] === undefined ? null : '25'),
    status: ({ flow }) => flow.status ?? null,
  }
  const groups = Object.entries(dimensions).flatMap(([dimension, of]) =>
    [...new Set(seen.map(({ flow }) => of(flow)))].map((value) =>
      usageRow(
        model,
        dimension,
        value,
        seen.filter(({ flow }) => of(flow) === value),
      ),
    ),
  )
  return [usageRow(model, 'total', null, seen), ...groups]
}

const essenceOf = (flow: ModelFlow['flow']): Partial<Record<string, unknown>> => flow.essence_parameters ?? {}

function usageRow(
  model: LogModel,
  dimension: string,
  value: string | null,
  flows: readonly SeenFlow[],
): FlowUsageRow {
  const segments = flows.flatMap((each) => each.segments)
  const used = flows.flatMap((each) => objectsOf(model, each.segments))
  const sizes = used.flatMap(([, object]) => sizeOf(object))
  const withSegments = flows.filter((each) => each.segments.length > 0)
  const rate = ({ flow }: ModelFlow) => flow.avg_bit_rate ?? flow.max_bit_rate
  const kilobits = flows.map((each) => sum(each.segments.map(lengthOf)) * BigInt(rate(each.flow) ?? 0))
  return {
    dimension,
    value,
    flows: BigInt(flows.length),
    flows_with_segments: BigInt(withSegments.length),
    flows_without_bit_rate: BigInt(withSegments.filter(({ flow }) => rate(flow) === undefined).length),
    segments: BigInt(segments.length),
    duration: sum(segments.map(lengthOf)),
    estimated_bytes: (sum(kilobits) * 125n) / 1_000_000_000n,
    objects: BigInt(used.length),
    measured_objects: BigInt(sizes.length),
    measured_bytes: sum(sizes),
    average_object_bytes: mean(sizes),
  }
}

/** @param flows only what these use; all objects that are known, unless given */
export function modelStorageUsage(model: LogModel, chosen?: Chosen): readonly StorageUsageRow[] {
  const objects = chosen
    ? seenFlows(model, chosen).flatMap(({ segments }) => objectsOf(model, segments))
    : [...model.objects].filter(([, { retired }]) => !retired)
  const storagesOf = (object: ModelObject) =>
    [...object.instances].filter(([, { stored }]) => stored).map(([id]) => id)
  const media = objects.filter(([, { role }]) => role === 'media')
  const segments = [...model.timelines.values()].flat()
  const flowsUsing = (id: string) =>
    [...model.timelines.values()].filter((all) => all.some(({ object_id }) => object_id === id)).length
  const isUsed = ([id]: (typeof objects)[number]) =>
    segments.some(({ object_id }) => object_id === id) ||
    [...model.objects.values()].some(
      ({ retired, registration }) => !retired && registration?.init_object_id === id,
    )
  const uses = segments.length
  const used = media.filter(isUsed).length
  const count = (those: readonly unknown[]) => BigInt(those.length)
  const whole = {
    media_objects: count(media),
    init_objects: count(objects.filter(([, { role }]) => role === 'init')),
    unregistered_objects: count(objects.filter(([, { role }]) => role === undefined)),
    orphaned_objects: count(objects.filter((each) => each[1].role !== undefined && !isUsed(each))),
    shared_objects: count(media.filter(([id]) => flowsUsing(id) > 1)),
    used_objects: BigInt(used),
    uses: BigInt(uses),
    reuse_ratio: used === 0 ? null : (BigInt(uses) * 1_000_000_000n) / BigInt(used),
  }
  const row = (dimension: string, value: string | null, those: typeof objects): StorageUsageRow => {
    const sizes = those.flatMap(([, object]) => sizeOf(object))
    return {
      dimension,
      value,
      objects: count(those),
      measured_objects: count(sizes),
      measured_bytes: sum(sizes),
      average_object_bytes: mean(sizes),
      instances: null,
      ...NOT_TOLD,
    }
  }
  const backends = [...new Set(objects.flatMap(([, object]) => storagesOf(object)))]
  const limits = [16, 18, 20, 22, 24, 26, 28, 30, 32].map((power) => 2 ** power)
  const limitOf = (size: bigint) => limits.find((limit) => size <= limit)?.toString() ?? null
  const sizeClasses = [...new Set(objects.flatMap(([, object]) => sizeOf(object).map(limitOf)))]
  const instances = BigInt(objects.flatMap(([, object]) => storagesOf(object)).length)
  return [
    { ...row('total', null, objects), instances, ...(chosen ? {} : whole) },
    ...backends.map((id) =>
      row(
        'storage_id',
        id,
        objects.filter(([, object]) => storagesOf(object).includes(id)),
      ),
    ),
    ...sizeClasses.map((limit) =>
      row(
        'size_up_to',
        limit,
        objects.filter(([, object]) => sizeOf(object).map(limitOf).includes(limit)),
      ),
    ),
  ]
}

const NOT_TOLD = {
  media_objects: null,
  init_objects: null,
  unregistered_objects: null,
  orphaned_objects: null,
  shared_objects: null,
  used_objects: null,
  uses: null,
  reuse_ratio: null,
}

export function modelTimeRanges(
  model: LogModel,
  chosen: Chosen,
  withEmptyFlows: boolean,
): readonly TimeRangeRow[] {
  const flows = seenFlows(model, chosen).filter(({ segments }) => withEmptyFlows || segments.length > 0)
  const segments = flows.flatMap((each) => each.segments)
  const bounds = [0, 100, 500, 1_000, 2_000, 4_000, 6_000, 10_000, 30_000, 60_000, 600_000, 3_600_000]
  const boundOf = (segment: ModelSegment) => bounds.find((ms) => lengthOf(segment) <= BigInt(ms) * 1_000_000n)
  const text = (ms: number) => `${Math.floor(ms / 1000)}:${(ms % 1000) * 1_000_000}`
  return [
    timeRow('total', null, flows),
    ...[...bounds, undefined].map((bound) => ({
      ...NO_TIME,
      dimension: 'duration_up_to',
      value: bound === undefined ? null : text(bound),
      segments: BigInt(segments.filter((segment) => boundOf(segment) === bound).length),
    })),
    ...flows
      .toSorted((a, b) => (a.flow.flow.id < b.flow.flow.id ? -1 : 1))
      .map((each) => timeRow('flow_id', each.flow.flow.id, [each])),
  ]
}

const NO_TIME = {
  duration: null,
  shortest: null,
  mean: null,
  longest: null,
  first: null,
  last: null,
  span: null,
  gaps: null,
  gap_duration: null,
  coverage: null,
}

function timeRow(dimension: string, value: string | null, flows: readonly SeenFlow[]): TimeRangeRow {
  const segments = flows.flatMap((each) => each.segments)
  const lengths = segments.map(lengthOf)
  const duration = sum(lengths)
  const spans = flows.flatMap((each) =>
    each.segments.length > 0 ? [endOf(each.segments.at(-1)!) - startOf(each.segments[0]!)] : [],
  )
  const span = sum(spans)
  const gaps = flows.flatMap((each) =>
    each.segments.slice(1).flatMap((segment, index) => {
      const before = each.segments[index]!
      const meet = endOf(before) === startOf(segment) && before.timerange.endsWith(')')
      return meet ? [] : [startOf(segment) - endOf(before)]
    }),
  )
  return {
    dimension,
    value,
    segments: BigInt(segments.length),
    duration,
    shortest: least(lengths),
    mean: mean(lengths),
    longest: most(lengths),
    first: least(segments.map(startOf)),
    last: most(segments.map(endOf)),
    span,
    gaps: BigInt(gaps.length),
    gap_duration: sum(gaps),
    coverage: span === 0n ? null : (duration * 1_000_000_000n) / span,
  }
}

export function modelSummary(model: LogModel, events: readonly RecordedEvent[]): readonly SummaryRow[] {
  const row = (dimension: string, value: string, count: number): SummaryRow => ({
    dimension,
    value,
    count: BigInt(count),
    hour: null,
    segments: null,
    segments_removed: null,
    objects: null,
    duration: null,
  })
  const segments = [...model.flows.keys()].flatMap((id) => model.timelines.get(id) ?? [])
  const hourOf = ({ timeMs }: RecordedEvent) => timeMs - (timeMs % 3_600_000)
  const added = events.flatMap((event) =>
    event.type === 'SegmentsAdded' ? event.data.segments.map((segment) => ({ event, segment })) : [],
  )
  const byPosition = new Map(events.map((event) => [event.position, event]))
  const removed = [...model.removed.values()].flat().map(({ removed }) => byPosition.get(removed)!)
  const registered = events.filter(
    (event) =>
      event.type === 'ObjectRegistered' ||
      (event.type === 'ObjectReferenced' && event.data.registration !== undefined),
  )
  const hours = new Set([...added.map(({ event }) => event), ...removed, ...registered].map(hourOf))
  return [
    row('resources', 'sources', model.sources.size),
    row('resources', 'flows', model.flows.size),
    row('resources', 'segments', segments.length),
    row('resources', 'objects', [...model.objects.values()].filter(({ retired }) => !retired).length),
    row('resources', 'profiles', model.profiles.size),
    row('resources', 'webhooks', model.webhooks.size),
    ...['created', 'started', 'done', 'error'].map((status) =>
      row(
        'deletion_requests',
        status,
        [...model.deletions.values()].filter((deletion) => deletion.status === status).length,
      ),
    ),
    row('position', 'log', events.length),
    row('position', 'analytics', events.length),
    ...[...hours].sort().map((hour) => ({
      dimension: 'ingest',
      value: new Date(hour).toISOString(),
      count: null,
      hour,
      segments: BigInt(added.filter(({ event }) => hourOf(event) === hour).length),
      segments_removed: BigInt(removed.filter((event) => hourOf(event) === hour).length),
      objects: BigInt(registered.filter((event) => hourOf(event) === hour).length),
      duration: sum(
        added.filter(({ event }) => hourOf(event) === hour).map(({ segment }) => lengthOf(segment)),
      ),
    })),
  ]
}

const objectsOf = (model: LogModel, segments: readonly ModelSegment[]) =>
  [...new Set(segments.map(({ object_id }) => object_id))].map((id) => [id, model.objects.get(id)!] as const)

const sizeOf = ({ registration }: ModelObject): bigint[] =>
  registration?.media ? [BigInt(registration.media.size_bytes)] : []

const nanoseconds = ({ seconds, nanoseconds }: Timestamp): bigint =>
  BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds)

const startOf = ({ timerange }: { readonly timerange: string }): bigint => boundOf(timerange, 'start')
const endOf = ({ timerange }: { readonly timerange: string }): bigint => boundOf(timerange, 'end')
const lengthOf = (segment: { readonly timerange: string }): bigint => endOf(segment) - startOf(segment)

function boundOf(timerange: string, side: 'start' | 'end'): bigint {
  const range = parseTimeRange(timerange)
  if (range.kind === 'empty') throw new Error('a segment is not empty')
  return nanoseconds(range[side]!.at)
}

const sum = (values: readonly bigint[]): bigint => values.reduce((a, b) => a + b, 0n)
const mean = (values: readonly bigint[]) => (values.length === 0 ? null : sum(values) / BigInt(values.length))
const least = (values: readonly bigint[]) =>
  values.length === 0 ? null : values.reduce((a, b) => (b < a ? b : a))
const most = (values: readonly bigint[]) =>
  values.length === 0 ? null : values.reduce((a, b) => (b > a ? b : a))
