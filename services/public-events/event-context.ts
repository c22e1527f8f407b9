import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { accessQueries } from '../catalog/access-queries.ts'
import { sourceQueries } from '../catalog/source-queries.ts'

/** What filters ask of an event: whose it is, what that was a part of, and who was to see it. */
export type EventContext = {
  /** None where the event is of a Source. */
  readonly flow_id?: string
  /** None where it is of an object: any Flow may use that. */
  readonly source_id?: string
  /** The Flows that collected the Flow. */
  readonly flow_collected_by?: readonly string[]
  /** The Sources that collected the Source. */
  readonly source_collected_by?: readonly string[]
  /** Of the Flow, or of the Source where there is none. */
  readonly auth_classes?: readonly string[]
}

export type ContextQueries = {
  /** @returns undefined where there is no such Flow */
  ofFlow(flow_id: string): EventContext | undefined
  ofSource(source_id: string): EventContext | undefined
}

export function contextQueries(database: DatabaseSyncInstance): ContextQueries {
  const flow = database.prepare('SELECT source_id, collected FROM flows WHERE id = ?')
  const source = database.prepare('SELECT collected FROM sources WHERE id = ?')
  const collectors = database.prepare(
    'SELECT DISTINCT flow_id FROM flow_members WHERE member_id = ? ORDER BY flow_id',
  )
  const { sourceCollectedBy } = sourceQueries(database)
  const { flowClasses, sourceClasses } = accessQueries(database)

  const classed = (classes: readonly string[] = []) => classes.length > 0 && { auth_classes: classes }

  const sourceCollectors = (source_id: string): readonly string[] => {
    const row = source.get(source_id) as { collected: number | null } | undefined
    return row?.collected ? sourceCollectedBy(source_id) : []
  }

  return {
    ofFlow: (flow_id) => {
      const row = flow.get(flow_id) as { source_id: string; collected: number | null } | undefined
      if (!row) return undefined
      const found = row.collected ? (collectors.all(flow_id) as { flow_id: string }[]) : []
      return {
        flow_id,
        source_id: row.source_id,
        flow_collected_by: found.map((collector) => collector.flow_id),
        source_collected_by: sourceCollectors(row.source_id),
        ...classed(flowClasses(flow_id)),
      }
    },
    ofSource: (source_id) =>
      source.get(source_id) === undefined
        ? undefined
        : {
            source_id,
            source_collected_by: sourceCollectors(source_id),
            ...classed(sourceClasses(source_id)),
          },
  }
}
