import type { FlowMetadata } from '../../contracts/resources/flow.ts'
import { type TagChange, withTag } from '../tags/set-tag.ts'

/** The properties of a Flow that can be changed by themselves. */
export type FlowProperties = Required<
  Pick<
    FlowMetadata,
    'label' | 'description' | 'read_only' | 'max_bit_rate' | 'avg_bit_rate' | 'flow_collection'
  >
>

/** One property's new value; `undefined` unsets it. */
export type FlowChange = { [K in keyof FlowProperties]: PropertyChange<K> }[keyof FlowProperties] | TagChange

type PropertyChange<K extends keyof FlowProperties> = {
  readonly property: K
  readonly value: FlowProperties[K] | undefined
}

/** The Flow with that change, and otherwise as it is. */
export function changedFlow(flow: FlowMetadata, change: FlowChange): FlowMetadata {
  if (change.property === 'tags') return withTag(flow, change)
  const { [change.property]: _, ...rest } = flow
  const value = isNothing(change.value) ? {} : { [change.property]: change.value }
  return { ...rest, ...value } as FlowMetadata
}

/** A collection of nothing is none. */
const isNothing = (value: unknown): boolean =>
  value === undefined || (Array.isArray(value) && value.length === 0)
