import fc from 'fast-check'
import { AUDIO, MULTI, VIDEO } from '../../contracts/resources/content-format.ts'
import type { Tags } from '../../contracts/resources/tags.ts'
import { parseTimeRange } from '../../contracts/time/timerange.ts'
import { overlaps } from '../../contracts/time/timerange-algebra.ts'
import {
  columnIs,
  flowCollectedBy,
  flowHasContentIn,
  sourceCollectedBy,
  tagExists,
  tagIsOneOf,
} from '../../services/catalog/conditions.ts'
import type { Condition } from '../../services/catalog/list-queries.ts'
import type { LogModel, ModelFlow, ModelSource } from './log-model/model.ts'
import { collectingSourcesOf, collectorsOf } from './model-collections.ts'
import { flowIdOf, LABELS, sourceIdOf, TAG_NAMES, TAG_VALUES } from './random-library.ts'
import { anyRange } from './random-timeline.ts'

/** A filter as the catalog has it, and as anyone would say it. */
export type Filter<T> = {
  readonly conditions: readonly Condition[]
  readonly passes: (item: T, model: LogModel) => boolean
}

const ofFlows = (conditions: readonly Condition[], passes: Filter<ModelFlow>['passes']) => ({
  conditions,
  passes,
})
const ofSources = (conditions: readonly Condition[], passes: Filter<ModelSource>['passes']) => ({
  conditions,
  passes,
})

const tagName = fc.constantFrom(...TAG_NAMES)
const tagValues = fc.uniqueArray(fc.constantFrom(...TAG_VALUES), { minLength: 1, maxLength: 3 })
const label = fc.constantFrom(...LABELS)
const flowIds = fc.array(fc.nat({ max: 12 }).map(flowIdOf), { maxLength: 3 })
const sourceIds = fc.array(
  fc
    .tuple(fc.constantFrom('video', 'audio', 'multi'), fc.nat({ max: 2 }))
    .map(([format, number]) => sourceIdOf(format, number)),
  { maxLength: 2 },
)

const technical = fc.oneof(
  fc.constantFrom(VIDEO, AUDIO, MULTI).map((value) => ['format', value] as const),
  fc.constantFrom('video/h264', 'audio/aac', 'video/h265').map((value) => ['codec', value] as const),
  fc.nat({ max: 2 }).map((number) => ['source_id', sourceIdOf('video', number)] as const),
  fc.constantFrom(1920, 720).map((value) => ['frame_width', value] as const),
  fc.constantFrom(1080, 576).map((value) => ['frame_height', value] as const),
  fc.constantFrom(0, 1).map((value) => ['init_segments', value] as const),
  fc.constantFrom('profile').map((value) => ['profile_id', value] as const),
)

/** What a flow has under the name of a column. */
function technicalOf({ flow }: ModelFlow, column: string): unknown {
  const essence: Partial<Record<string, unknown>> = flow.essence_parameters ?? {}
  if (column === 'init_segments') return essence['init_segments'] === true ? 1 : 0
  return { ...essence, ...(flow as Partial<Record<string, unknown>>) }[column]
}

export const flowFilter: fc.Arbitrary<Filter<ModelFlow>> = fc.oneof(
  technical.map(([column, value]) =>
    ofFlows(columnIs(column, value), (item) => technicalOf(item, column) === value),
  ),
  label.map((wanted) => ofFlows(columnIs('label', wanted), ({ flow }) => flow.label === wanted)),
  fc
    .constantFrom('ingesting', 'closed_complete')
    .map((wanted) => ofFlows(columnIs('status', wanted), ({ flow }) => flow.status === wanted)),
  fc
    .tuple(tagName, tagValues)
    .map(([name, values]) =>
      ofFlows([tagIsOneOf('flows', name, values)], ({ flow }) => hasTag(flow.tags, name, values)),
    ),
  fc
    .tuple(tagName, fc.boolean())
    .map(([name, exists]) =>
      ofFlows(
        [tagExists('flows', name, exists)],
        ({ flow }) => Object.hasOwn(flow.tags ?? {}, name) === exists,
      ),
    ),
  flowIds.map((ids) =>
    ofFlows([flowCollectedBy(ids)], ({ flow }, model) => {
      const by = collectorsOf(model, flow.id).map((parent) => parent.flow.id)
      return ids.length === 0 ? by.length === 0 : by.some((id) => ids.includes(id))
    }),
  ),
  anyRange.map((range) =>
    ofFlows(flowHasContentIn(range), ({ flow }, { timelines }) => {
      const ranges = (timelines.get(flow.id) ?? []).map(({ timerange }) => parseTimeRange(timerange))
      if (range.kind === 'empty') return ranges.length === 0
      if (!range.start && !range.end) return true
      return ranges.some((each) => overlaps(each, range))
    }),
  ),
)

export const sourceFilter: fc.Arbitrary<Filter<ModelSource>> = fc.oneof(
  fc
    .constantFrom(VIDEO, AUDIO, MULTI)
    .map((wanted) => ofSources(columnIs('format', wanted), ({ source }) => source.format === wanted)),
  label.map((wanted) => ofSources(columnIs('label', wanted), ({ source }) => source.label === wanted)),
  fc
    .tuple(tagName, tagValues)
    .map(([name, values]) =>
      ofSources([tagIsOneOf('sources', name, values)], ({ source }) => hasTag(source.tags, name, values)),
    ),
  fc
    .tuple(tagName, fc.boolean())
    .map(([name, exists]) =>
      ofSources(
        [tagExists('sources', name, exists)],
        ({ source }) => Object.hasOwn(source.tags ?? {}, name) === exists,
      ),
    ),
  sourceIds.map((ids) =>
    ofSources([sourceCollectedBy(ids)], ({ source }, model) => {
      const by = collectingSourcesOf(model, source.id)
      return ids.length === 0 ? by.length === 0 : by.some((id) => ids.includes(id))
    }),
  ),
)

const hasTag = (tags: Tags | undefined, name: string, values: readonly string[]): boolean =>
  tags !== undefined &&
  Object.hasOwn(tags, name) &&
  [tags[name]!].flat().some((value) => values.includes(value))
