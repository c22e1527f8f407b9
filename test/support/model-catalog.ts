import { parseTimeRange } from '../../contracts/time/timerange.ts'
import type { LogModel, ModelFlow, ModelObject, ModelSegment } from './log-model/model.ts'
import { collectedSourcesOf, collectingSourcesOf, collectorsOf } from './model-collections.ts'
import { flowFacetRows, sortLabel, sourceFacetRows } from './model-facets.ts'

type Row = Readonly<Record<string, string | number | null>>

/** The tables of a catalog, `meta` aside, as they have to be for what the log says: in key order. */
export function catalogOf(model: LogModel): Record<string, readonly Row[]> {
  const live = [...model.objects].filter(([, { retired }]) => !retired)
  const isDescribed = model.revisions.has('service')
  return {
    flow_members: sorted([...model.flows].flatMap(([id, flow]) => memberRows(model, id, flow))),
    flow_facets: sorted([...model.flows.values()].flatMap((flow) => flowFacetRows(model, flow))),
    flows: sorted([...model.flows].map(([id, flow]) => flowRow(model, id, flow))),
    object_urls: sorted(
      live.flatMap(([object_id, { urls }]) => [...urls].map(([label, url]) => ({ object_id, label, url }))),
    ),
    objects: sorted(live.map(([id, object]) => objectRow(id, object))),
    segments: sorted(
      [...model.timelines.values()].flatMap((segments, index) =>
        segments.map((segment) => segmentRow(index + 1, segment)),
      ),
    ),
    service: isDescribed ? [{ id: 'service', ...model.service }] : [],
    source_facets: sorted([...model.sources.values()].flatMap((source) => sourceFacetRows(model, source))),
    sources: sorted(
      [...model.sources].map(([id, { source, flowIds: _, ...stamps }]) => ({
        ...stamps,
        id,
        format: source.format,
        label: source.label ?? null,
        sort_label: sortLabel(source),
        document: JSON.stringify(source),
        collects: collectedSourcesOf(model, id).length > 0 ? 1 : null,
        collected: collectingSourcesOf(model, id).length > 0 ? 1 : null,
      })),
    ),
    timelines: [...model.timelines.keys()].map((flow_id, index) => ({ key: index + 1, flow_id })),
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

function flowRow(model: LogModel, id: string, { flow, members: _, key, ...row }: ModelFlow): Row {
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
  const { allocation, registration, role, first_flow_id, urls } = object
  return {
    id,
    storage_id: allocation?.storage_id ?? null,
    key: allocation?.key ?? null,
    content_type: allocation?.content_type ?? null,
    role: role ?? null,
    timerange: registration?.timerange ?? null,
    key_frame_count: registration?.key_frame_count ?? null,
    init_object_id: registration?.init_object_id ?? null,
    first_flow_id: first_flow_id ?? null,
    has_urls: urls.size > 0 ? 1 : null,
  }
}

function segmentRow(
  timeline: number,
  { first: _, last: __, object_id, timerange, ...extra }: ModelSegment,
): Row {
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
  }
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
