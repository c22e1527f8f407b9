import type { Checksum } from '../../../contracts/resources/checksum.ts'
import { parseTimeRange, type TimeRange } from '../../../contracts/time/timerange.ts'
import type { Timestamp } from '../../../contracts/time/timestamp.ts'
import { nanoseconds } from '../instants.ts'
import type { LogModel, ModelDeletion, ModelObject, ModelSegment, ModelWebhook } from '../log-model/model.ts'
import { collectingSourcesOf, collectorsOf } from '../model-collections.ts'

// The rows of the tables, told from what a log says in the plainest way. It shares nothing with the projector and what
// makes its rows: cells are as test/support/arrow/read-rows.ts reads them.

export type ModelRow = Readonly<Record<string, unknown>>

export const modelTables = (model: LogModel): Readonly<Record<string, readonly ModelRow[]>> => ({
  sources: [...model.sources.keys()].map((id) => sourceRow(model, id)),
  flows: [...model.flows.keys()].map((id) => flowRow(model, id)),
  segments: [...model.timelines].flatMap(([flow_id, segments]) =>
    segments.map((segment) => segmentRow(model, flow_id, segment)),
  ),
  objects: [...model.objects].filter(([, { retired }]) => !retired).map(([id, each]) => objectRow(id, each)),
  webhooks: [...model.webhooks].map(([id, webhook]) => webhookRow(id, webhook)),
  deletion_requests: [...model.deletions].map(([id, deletion]) => deletionRow(id, deletion)),
  profiles: [...model.profiles].map(([id, { profile, created_ms, created_by }]) => ({
    id,
    label: orNull(profile.label),
    description: orNull(profile.description),
    ...technical(profile.flow_metadata),
    tags: json(profile.tags),
    created: whole(created_ms),
    created_by,
  })),
})

function sourceRow(model: LogModel, id: string): ModelRow {
  const { source, created_ms, created_by, updated_ms, updated_by } = model.sources.get(id)!
  return {
    id,
    format: source.format,
    label: orNull(source.label),
    description: orNull(source.description),
    tags: json(source.tags),
    source_collection: sourceCollection(model, id),
    collected_by: orNothing(inOrder(collectingSourcesOf(model, id))),
    created: whole(created_ms),
    created_by,
    updated: whole(updated_ms),
    updated_by,
  }
}

/** Sources that its flows collect, each with the role and at the place that it has first. */
function sourceCollection(model: LogModel, id: string): string | null {
  const first = new Map<string, { readonly place: number; readonly role: string | undefined }>()
  const flows = [...model.flows].filter(([, { flow }]) => flow.source_id === id)
  for (const flow_id of inOrder(flows.map(([flow_id]) => flow_id))) {
    const { flow, members } = model.flows.get(flow_id)!
    for (const [place, item] of (flow.flow_collection ?? []).entries()) {
      if (!members.includes(item)) continue
      const source_id = model.flows.get(item.id)!.flow.source_id
      const before = first.get(source_id)
      if (source_id === id || (before && before.place <= place)) continue
      first.set(source_id, { place, role: item.role })
    }
  }
  const told = inOrder([...first.keys()])
    .map((source_id) => ({ source_id, ...first.get(source_id)! }))
    .sort((a, b) => a.place - b.place)
    .map(({ source_id, role }) => ({ id: source_id, ...(role !== undefined && { role }) }))
  return told.length === 0 ? null : JSON.stringify(told)
}

function flowRow(model: LogModel, id: string): ModelRow {
  const { flow, members, metadata_version, segments_updated_ms, ...stamps } = model.flows.get(id)!
  return {
    id,
    source_id: flow.source_id,
    label: orNull(flow.label),
    description: orNull(flow.description),
    status: orNull(flow.status),
    read_only: orNull(flow.read_only),
    generation: wholeOrNull(flow.generation),
    profile_id: orNull(flow.profile_id),
    max_bit_rate: wholeOrNull(flow.max_bit_rate),
    ...technical(flow),
    tags: json(flow.tags),
    flow_collection: members.length === 0 ? null : JSON.stringify(members),
    collected_by: orNothing(inOrder(collectorsOf(model, id).map((collector) => collector.flow.id))),
    metadata_version,
    created: whole(stamps.created_ms),
    created_by: stamps.created_by,
    metadata_updated: whole(stamps.updated_ms),
    updated_by: stamps.updated_by,
    segments_updated: wholeOrNull(segments_updated_ms),
  }
}

type Described = {
  readonly format: string
  readonly codec?: string
  readonly container?: string
  readonly avg_bit_rate?: number
  readonly segment_duration?: unknown
  readonly container_mapping?: unknown
  readonly essence_parameters?: unknown
}

/** Each fact by the path to it; a fraction without denominator is one of 1. */
function technical(described: Described): ModelRow {
  const at = (path: string): unknown =>
    path
      .split('.')
      .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], described)
  const number = (path: string) => wholeOrNull(at(path) as number | undefined)
  const essence = (name: string) => orNull(at(`essence_parameters.${name}`))
  const essenceNumber = (name: string) => number(`essence_parameters.${name}`)
  const fraction = (name: string, path: string) => ({
    [`${name}_numerator`]: number(`${path}.numerator`),
    [`${name}_denominator`]: at(path) === undefined ? null : (number(`${path}.denominator`) ?? 1n),
  })
  return {
    format: described.format,
    codec: orNull(described.codec),
    container: orNull(described.container),
    avg_bit_rate: number('avg_bit_rate'),
    ...fraction('segment_duration', 'segment_duration'),
    frame_width: essenceNumber('frame_width'),
    frame_height: essenceNumber('frame_height'),
    ...fraction('frame_rate', 'essence_parameters.frame_rate'),
    vfr: essence('vfr'),
    bit_depth: essenceNumber('bit_depth'),
    interlace_mode: essence('interlace_mode'),
    colorspace: essence('colorspace'),
    transfer_characteristic: essence('transfer_characteristic'),
    ...fraction('aspect_ratio', 'essence_parameters.aspect_ratio'),
    ...fraction('pixel_aspect_ratio', 'essence_parameters.pixel_aspect_ratio'),
    component_type: essence('component_type'),
    horiz_chroma_subs: essenceNumber('horiz_chroma_subs'),
    vert_chroma_subs: essenceNumber('vert_chroma_subs'),
    unc_type: essence('unc_parameters.unc_type'),
    avc_profile: essenceNumber('avc_parameters.profile'),
    avc_level: essenceNumber('avc_parameters.level'),
    avc_flags: essenceNumber('avc_parameters.flags'),
    sample_rate: essenceNumber('sample_rate'),
    channels: essenceNumber('channels'),
    coded_frame_size: essenceNumber('codec_parameters.coded_frame_size'),
    mp4_oti: essenceNumber('codec_parameters.mp4_oti'),
    data_type: essence('data_type'),
    init_segments: essence('init_segments'),
    container_mapping: json(described.container_mapping),
  }
}

function segmentRow(model: LogModel, flow_id: string, segment: ModelSegment): ModelRow {
  const tags = model.segmentTags.get(flow_id)?.get(segment.object_id) ?? new Map<string, unknown>()
  const told = inOrder([...tags.keys()]).map((name) => [name, tags.get(name)] as const)
  return {
    flow_id,
    object_id: segment.object_id,
    ...times(segment.timerange),
    ts_offset: orNull(segment.ts_offset),
    last_duration: orNull(segment.last_duration),
    sample_offset: wholeOrNull(segment.sample_offset),
    sample_count: wholeOrNull(segment.sample_count),
    tags: told.length === 0 ? null : JSON.stringify(Object.fromEntries(told)),
    position: whole(segment.position),
  }
}

function objectRow(id: string, object: ModelObject): ModelRow {
  const { allocation, registration, role, first_flow_id, instances, urls } = object
  const stored = [...instances].filter((each) => each[1].stored)
  const first = stored.filter((each) => each[1].isFirst).map(([storage_id]) => storage_id)
  const others = stored.filter((each) => !each[1].isFirst).map(([storage_id]) => storage_id)
  const checksum = (wanted: Checksum['algorithm']) =>
    orNull(registration?.media?.checksums.find(({ algorithm }) => algorithm === wanted)?.value)
  return {
    id,
    role: orNull(role),
    content_type: orNull(allocation?.content_type),
    first_referenced_by_flow: orNull(first_flow_id),
    ...times(registration?.timerange),
    key_frame_count: wholeOrNull(registration?.key_frame_count),
    init_object_id: orNull(registration?.init_object_id),
    size_bytes: wholeOrNull(registration?.media?.size_bytes),
    sha256: checksum('sha256'),
    md5: checksum('md5'),
    storage_ids: [...first, ...inOrder(others)],
    url_labels: inOrder([...urls.keys()]),
  }
}

function webhookRow(id: string, { webhook, status, error }: ModelWebhook): ModelRow {
  const { url, api_key_name, events, presigned, verbose_storage, include_object_timerange, tags } = webhook
  return {
    id,
    url,
    api_key_name: orNull(api_key_name),
    events,
    flow_ids: orNull(webhook.flow_ids),
    source_ids: orNull(webhook.source_ids),
    flow_collected_by_ids: orNull(webhook.flow_collected_by_ids),
    source_collected_by_ids: orNull(webhook.source_collected_by_ids),
    accept_get_urls: orNull(webhook.accept_get_urls),
    accept_storage_ids: orNull(webhook.accept_storage_ids),
    presigned: orNull(presigned),
    verbose_storage: orNull(verbose_storage),
    include_object_timerange: orNull(include_object_timerange),
    tags: json(tags),
    status,
    error: json(error),
  }
}

const deletionRow = (id: string, { order, asked: _, due_ms, ...deletion }: ModelDeletion): ModelRow => ({
  id,
  flow_id: order.flow_id,
  timerange_to_delete: order.timerange_to_delete,
  timerange_remaining: deletion.timerange_remaining,
  delete_flow: order.delete_flow,
  status: deletion.status,
  error: deletion.error,
  created: whole(deletion.created_ms),
  created_by: deletion.created_by,
  updated: whole(deletion.updated_ms),
  expiry: wholeOrNull(deletion.expiry_ms),
  held_until: due_ms === null || due_ms === 0 ? null : whole(due_ms),
})

function times(timerange: string | undefined): ModelRow {
  const range: TimeRange | undefined = timerange === undefined ? undefined : parseTimeRange(timerange)
  const [start, end] = range?.kind === 'range' ? [range.start?.at, range.end?.at] : []
  return {
    timerange: timerange ?? null,
    start_s: wholeOrNull(start?.seconds),
    start_ns: start?.nanoseconds ?? null,
    end_s: wholeOrNull(end?.seconds),
    end_ns: end?.nanoseconds ?? null,
    end_inclusive: range?.kind === 'range' && range.end ? range.end.inclusive : null,
    start: start ? billionths(nanoseconds(start)) : null,
    end: end ? billionths(nanoseconds(end)) : null,
    duration: start && end ? billionths(nanoseconds(end) - nanoseconds(start)) : null,
    start_utc: start ? utcMicroseconds(start) : null,
    end_utc: end ? utcMicroseconds(end) : null,
  }
}

const YEAR_1 = BigInt(Date.parse('0001-01-01T00:00:00Z'))
const YEAR_10000 = BigInt(Date.UTC(10_000, 0, 1))

/** TAI is 37 s ahead. */
function utcMicroseconds(at: Timestamp): bigint | null {
  const microseconds = (nanoseconds(at) - BigInt(at.nanoseconds % 1000)) / 1000n - 37_000_000n
  const isInCalendar = microseconds >= YEAR_1 * 1000n && microseconds < YEAR_10000 * 1000n
  return isInCalendar ? microseconds : null
}

/** A decimal of nine places. */
export function billionths(value: bigint): string {
  const digits = String(value < 0n ? -value : value).padStart(10, '0')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`
}

export const whole = (value: number | bigint): bigint => BigInt(value)
const wholeOrNull = (value: number | null | undefined): bigint | null =>
  value === null || value === undefined ? null : whole(value)
const orNull = <T>(value: T | undefined): T | null => value ?? null
const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value))
const orNothing = (ids: readonly string[]): readonly string[] | null => (ids.length === 0 ? null : ids)

/** Each once, by their UTF-8. */
const inOrder = (texts: readonly string[]): readonly string[] =>
  [...new Set(texts)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
