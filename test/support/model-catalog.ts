import type { TagValue } from '../../contracts/resources/tags.ts'
import { parseTimeRange } from '../../contracts/time/timerange.ts'
import type {
  LogModel,
  ModelDeletion,
  ModelFlow,
  ModelObject,
  ModelProfile,
  ModelRemovedSegment,
  ModelSegment,
  ModelWebhook,
} from './log-model/model.ts'
import { collectedSourcesOf, collectingSourcesOf, collectorsOf } from './model-collections.ts'
import { flowFacetRows, sortLabel, sourceFacetRows } from './model-facets.ts'

type Row = Readonly<Record<string, string | number | null>>

/** The tables of a catalog, `meta` aside, as they have to be for what the log says: in key order. */
export function catalogOf(model: LogModel): Record<string, readonly Row[]> {
  const live = [...model.objects].filter(([, { retired }]) => !retired)
  const isDescribed = model.revisions.has('service')
  return {
    deletion_requests: sorted([...model.deletions].map(([id, deletion]) => deletionRow(id, deletion))),
    copies: sorted(live.flatMap(([id, object]) => copyRows(id, object))),
    flow_members: sorted([...model.flows].flatMap(([id, flow]) => memberRows(model, id, flow))),
    flow_facets: sorted([...model.flows.values()].flatMap((flow) => flowFacetRows(model, flow))),
    flows: sorted([...model.flows].map(([id, flow]) => flowRow(model, id, flow))),
    object_instances: sorted(live.flatMap(([id, object]) => instanceRows(id, object))),
    memberships: sorted(
      [...model.collectors].flatMap(([member_id, flows]) =>
        [...flows].map((flow_id) => ({ member_id, flow_id })),
      ),
    ),
    object_urls: sorted(
      live.flatMap(([object_id, { urls }]) => [...urls].map(([label, url]) => ({ object_id, label, url }))),
    ),
    objects: sorted(live.map(([id, object]) => objectRow(id, object))),
    profiles: sorted([...model.profiles].map(([id, profile]) => profileRow(id, profile))),
    segment_tags: sorted(
      [...model.timelines.keys()].flatMap((flow_id, index) =>
        tagRows(index + 1, model.segmentTags.get(flow_id)),
      ),
    ),
    purges: sorted([...model.objects].flatMap(([id, object]) => purgeRows(id, object))),
    removed_segments: timelineIds(model).flatMap((flow_id, index) =>
      inOrder(model.removed.get(flow_id) ?? []).map((segment) => ({
        ...segmentRow(index + 1, segment),
        removed: segment.removed,
      })),
    ),
    retired_objects: sorted(
      model.retired.map(({ id, retired, object }) => ({ id, retired, ...factsOf(object.registration) })),
    ),
    segment_zones: sorted(
      timelineIds(model).flatMap((flow_id, index) => zoneRows(model, flow_id, index + 1)),
    ),
    segments: sorted(
      [...model.timelines.values()].flatMap((segments, index) =>
        segments.map((segment) => segmentRow(index + 1, segment)),
      ),
    ),
    service: isDescribed ? [{ id: 'service', ...model.service }] : [],
    source_facets: sorted([...model.sources.values()].flatMap((source) => sourceFacetRows(model, source))),
    sources: sorted(
      [...model.sources].map(([id, { source, flowIds: _, isKept: __, ...stamps }]) => {
        const { created_by: ___, updated_by: ____, ...document } = source
        return {
          ...stamps,
          id,
          format: source.format,
          label: source.label ?? null,
          sort_label: sortLabel(source),
          document: JSON.stringify(document),
          collects: collectedSourcesOf(model, id).length > 0 ? 1 : null,
          collected: collectingSourcesOf(model, id).length > 0 ? 1 : null,
        }
      }),
    ),
    webhooks: sorted([...model.webhooks].map(([id, webhook]) => webhookRow(id, webhook))),
    timelines: [...model.timelines.keys()].map((flow_id, index) => ({
      key: index + 1,
      flow_id,
      is_tagged: model.segmentTags.has(flow_id) ? 1 : null,
    })),
  }
}

/** Members keep their places when one of them goes. */
function memberRows(model: LogModel, flow_id: string, { flow, members }: ModelFlow): Row[] {
  return (flow.flow_collection ?? []).flatMap((item, place) => {
    if (!members.includes(item)) return []
    const member_source_id = model.flows.get(item.id)!.flow.source_id
    const sources = { source_id: flow.source_id, member_source_id }
    return [{ flow_id, place, member_id: item.id, item: JSON.stringify(item), ...sources }]
  })
}

function flowRow(model: LogModel, id: string, { flow, members: _, said: __, key, ...row }: ModelFlow): Row {
  const { flow_collection, metadata_version, created_by, updated_by, ...document } = flow
  const essence: Partial<Record<string, unknown>> = flow.essence_parameters ?? {}
  return {
    key,
    id,
    source_id: flow.source_id,
    sort_label: sortLabel(flow),
    collects: (flow_collection ?? []).length > 0 ? 1 : null,
    collected: collectorsOf(model, id).length > 0 ? 1 : null,
    format: flow.format,
    codec: flow.codec ?? null,
    label: flow.label ?? null,
    status: flow.status ?? null,
    profile_id: flow.profile_id ?? null,
    frame_width: (essence['frame_width'] as number | undefined) ?? null,
    frame_height: (essence['frame_height'] as number | undefined) ?? null,
    init_segments: essence['init_segments'] ? 1 : 0,
    document: JSON.stringify(document),
    ...row,
  }
}

function objectRow(id: string, object: ModelObject): Row {
  const { allocation, registration, role, first_flow_id, urls, instances } = object
  const [storage_id, first] = [...instances].find(([, { isFirst }]) => isFirst) ?? []
  return {
    id,
    storage_id: storage_id ?? null,
    key: first?.key ?? null,
    content_type: allocation?.content_type ?? null,
    role: role ?? null,
    ...factsOf(registration),
    first_flow_id: first_flow_id ?? null,
    has_urls: urls.size + instanceRows(id, object).length > 0 ? 1 : null,
    plain_upload: allocation?.presigned === false ? 1 : null,
    size_bytes: registration?.media?.size_bytes ?? null,
    checksums: registration?.media ? JSON.stringify(registration.media.checksums) : null,
  }
}

function profileRow(id: string, { profile, ...stamps }: ModelProfile): Row {
  const { created_by: _, ...document } = profile
  return {
    id,
    format: profile.flow_metadata.format,
    codec: profile.flow_metadata.codec,
    label: profile.label ?? null,
    document: JSON.stringify(document),
    ...stamps,
  }
}

/** The key is nowhere in it, sealed or not. */
function webhookRow(id: string, { webhook, status, error }: ModelWebhook): Row {
  const { sealed_api_key: _, reader: __, ...document } = webhook
  return {
    id,
    url: webhook.url,
    status,
    error: error === undefined ? null : JSON.stringify(error),
    document: JSON.stringify(document),
  }
}

function deletionRow(id: string, { order, asked: _, ...row }: ModelDeletion): Row {
  const { flow_id, object_id = null, delete_flow, timerange_to_delete } = order
  return { id, flow_id, object_id, delete_flow: delete_flow ? 1 : 0, timerange_to_delete, ...row }
}

/** Those beside the first, once they are complete. */
function instanceRows(object_id: string, { instances }: ModelObject): Row[] {
  return [...instances]
    .filter(([, { stored, isFirst }]) => stored && !isFirst)
    .map(([storage_id, { key }]) => ({ object_id, storage_id, key }))
}

function copyRows(object_id: string, { instances }: ModelObject): Row[] {
  return [...instances]
    .filter(([, { stored }]) => !stored)
    .map(([storage_id, { key, asked = null }]) => ({ object_id, storage_id, key, position: asked }))
}

function purgeRows(object_id: string, { unpurged }: ModelObject): Row[] {
  return [...unpurged].map(([key, { storage_id, position }]) => ({ storage_id, key, object_id, position }))
}

const factsOf = (registration: ModelObject['registration']) => ({
  timerange: registration?.timerange ?? null,
  key_frame_count: registration?.key_frame_count ?? null,
  init_object_id: registration?.init_object_id ?? null,
})

/** Timelines are numbered in the order they come in. */
const timelineIds = (model: LogModel): readonly string[] => [...model.timelines.keys()]

/** Segments that ever had one place, one after the other. */
const inOrder = (segments: readonly ModelRemovedSegment[]) =>
  segments.toSorted((a, b) => Number(a.first - b.first) || a.position - b.position)

const ZONE_NANOSECONDS = 4096n * 1_000_000_000n

function zoneRows({ timelines, removed }: LogModel, flow_id: string, timeline: number): Row[] {
  const zones = new Map<number, ModelZone>()
  const ever: (ModelSegment & { readonly removed?: number })[] = [
    ...(timelines.get(flow_id) ?? []),
    ...(removed.get(flow_id) ?? []),
  ]
  for (const segment of ever) {
    const zone = Number((segment.first - mod(segment.first, ZONE_NANOSECONDS)) / ZONE_NANOSECONDS)
    const { first_position = segment.position, last_removed = null, lives = [] } = zones.get(zone) ?? {}
    zones.set(zone, {
      first_position: Math.min(first_position, segment.position),
      last_removed: Math.max(segment.removed ?? 0, last_removed ?? 0) || null,
      lives: [...lives, { from: segment.position, to: segment.removed ?? Number.POSITIVE_INFINITY }],
    })
  }
  return [...zones].map(([zone, { lives, ...row }]) => ({
    timeline,
    zone,
    ...row,
    held_since: heldSince(lives),
  }))
}

type ModelZone = {
  readonly first_position: number
  readonly last_removed: number | null
  /** Of each segment that ever started there, from when to when it did. */
  readonly lives: readonly { readonly from: number; readonly to: number }[]
}

/** Goes back as long as something else was there. */
function heldSince(lives: ModelZone['lives'], until = Number.POSITIVE_INFINITY): number | null {
  const held = lives.filter(({ from, to }) => from < until && to >= until)
  if (held.length === 0) return until === Number.POSITIVE_INFINITY ? null : until
  return heldSince(lives, Math.min(...held.map(({ from }) => from)))
}

const mod = (a: bigint, b: bigint): bigint => ((a % b) + b) % b

function segmentRow(
  timeline: number,
  { first: _, last: __, object_id, timerange, position, ...rest }: ModelSegment,
): Row {
  const { removed: ___, ...extra } = rest as Partial<ModelRemovedSegment>
  const range = parseTimeRange(timerange)
  if (range.kind === 'empty' || !range.start || !range.end) throw new Error('a segment has both ends')
  return {
    timeline,
    start_s: range.start.at.seconds,
    start_ns: range.start.at.nanoseconds,
    end_s: range.end.at.seconds,
    end_ns: range.end.at.nanoseconds,
    end_inclusive: range.end.inclusive ? 1 : 0,
    object_id,
    extra: Object.keys(extra).length > 0 ? JSON.stringify(extra) : null,
    position,
  }
}

function tagRows(
  timeline: number,
  tags: ReadonlyMap<string, ReadonlyMap<string, TagValue>> = new Map(),
): Row[] {
  return [...tags].flatMap(([object_id, ofObject]) =>
    [...ofObject].flatMap(([name, tag]) => {
      const values: readonly (string | null)[] =
        typeof tag === 'string' ? [tag] : tag.length > 0 ? tag : [null]
      const is_list = typeof tag === 'string' ? 0 : 1
      return values.map((value, place) => ({ timeline, object_id, name, place, value, is_list }))
    }),
  )
}

/** As SQLite sorts: column by column, texts by their UTF-8. */
function sorted(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => {
    for (const column of Object.keys(a)) {
      const order = compare(a[column] ?? null, b[column] ?? null)
      if (order !== 0) return order
    }
    return 0
  })
}

function compare(a: string | number | null, b: string | number | null): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return typeof a === 'number' && typeof b === 'number' ? a - b : 0
}
