import type { DomainEventType } from '../../../contracts/events/domain-event.ts'
import type { Lifetime } from '../../../contracts/events/lifetime.ts'
import type { RecordedEvent } from '../../../contracts/events/recorded-event.ts'
import type { KeyedTable, RowChange, SqlValue } from '../row-change.ts'

/**
 * What events of some types change in the catalog. Pure: times and authors come from the event, so that a
 * rebuild gives the same rows.
 */
export type Projection<T extends DomainEventType> = {
  readonly [K in T]: (event: Extract<RecordedEvent, { type: K }>) => readonly RowChange[]
}

export const put = (table: KeyedTable, id: string, set: Readonly<Record<string, SqlValue>>): RowChange => ({
  op: 'put',
  table,
  id,
  set,
})

export const createdBy = (event: RecordedEvent) => ({
  key: event.position,
  created_ms: event.timeMs,
  created_by: event.actor,
  ...updatedBy(event),
})

/** The same of what is back after its deletion. */
export const restoredTo = (was: Lifetime) => ({
  key: was.created_position,
  created_ms: was.created_ms,
  created_by: was.created_by,
  updated_ms: was.updated_ms,
  updated_by: was.updated_by,
})

export const updatedBy = ({ timeMs, actor }: RecordedEvent) => ({ updated_ms: timeMs, updated_by: actor })

/** What lists sort by as `label`: those without one come last, by their ids. */
export const sortLabel = ({ id, label }: { readonly id: string; readonly label?: string }): string =>
  label === undefined ? `1${id}` : `0${label}`
