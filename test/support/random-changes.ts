import fc from 'fast-check'
import type { SourceMetadata } from '../../contracts/events/source-events.ts'
import { AUDIO, MULTI, VIDEO } from '../../contracts/resources/content-format.ts'
import type { FlowChange } from '../../domain/flow/flow-change.ts'
import type { SourceChange } from '../../domain/source/source-change.ts'
import type { RandomCommand } from './random-commands.ts'
import { collection, flowId, sourceId, tagValue, text } from './random-names.ts'
import { sometimes } from './sometimes.ts'

// What is done to the properties of flows, and to sources as such.

/** A new value, or none. */
const orUnset = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 })

const textChange = fc.record({
  property: fc.constantFrom('label' as const, 'description' as const),
  value: orUnset(text),
})
const tagChange = fc.record({ property: fc.constant('tags' as const), name: text, value: orUnset(tagValue) })

const flowChange: fc.Arbitrary<FlowChange> = fc.oneof(
  textChange,
  tagChange,
  fc.record({
    property: fc.constantFrom('max_bit_rate' as const, 'avg_bit_rate' as const),
    value: orUnset(fc.nat()),
  }),
  fc.record({ property: fc.constant('flow_collection' as const), value: orUnset(collection) }),
  // Now and then a flow refuses what comes next, and not for long.
  fc.record({
    property: fc.constant('read_only' as const),
    value: fc.constantFrom(true, false, false, false),
  }),
)

export const changeFlow: fc.Arbitrary<RandomCommand> = fc.tuple(flowId, flowChange).map(
  ([id, change]) =>
    (harness) =>
      harness.changeFlow(id, change),
)

export const changeSource: fc.Arbitrary<RandomCommand> = fc
  .tuple(sourceId, fc.oneof<fc.Arbitrary<SourceChange>[]>(textChange, tagChange))
  .map(
    ([id, change]) =>
      (harness) =>
        harness.changeSource(id, change),
  )

export const writeSource: fc.Arbitrary<RandomCommand> = fc
  .tuple(
    fc.constantFrom('putSource' as const, 'createSource' as const),
    fc.record({ id: sourceId, format: fc.constantFrom(VIDEO, AUDIO, MULTI) }),
    sometimes<Required<Pick<SourceMetadata, 'label' | 'description' | 'created_by' | 'updated_by' | 'tags'>>>(
      3,
      {
        label: text,
        description: text,
        created_by: text,
        updated_by: text,
        tags: fc.dictionary(text, tagValue, { maxKeys: 3 }),
      },
    ),
  )
  .map(
    ([write, source, made]) =>
      (harness) =>
        harness[write]({ ...source, ...made }),
  )

export const deleteSource: fc.Arbitrary<RandomCommand> = fc.tuple(sourceId, fc.boolean()).map(
  ([id, cascade]) =>
    (harness) =>
      harness.deleteSource(id, cascade),
)
