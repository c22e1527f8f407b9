import { join } from 'node:path'
import { openSqliteEventLog } from '../../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { typeToldAs } from '../../../services/public-events/told-as.ts'
import { type RelayTopic, topicOf } from '../../../services/relay/topic-of.ts'
import { wholeLog } from '../command-harness.ts'
import type { ReadMessage } from './read-topics.ts'

export type IdsByKey = Readonly<Record<string, readonly string[]>>

/** What the log of a folder has to tell: the ids of events in order, by topic and by what they are of. */
export async function toldInLog(folder: string): Promise<IdsByKey> {
  const log = openSqliteEventLog({ path: join(folder, 'events.db') })
  const events = await wholeLog(log)
  await log.close()
  const deletedOf = new Map<string, string>()
  return byKey(
    events.flatMap(({ id, type, data }) => {
      if (type === 'DeletionRequested') deletedOf.set(data.deletion_id, data.flow_id)
      const told = typeToldAs(type)
      // Only the first use of an object makes it known.
      if (told === null || (type === 'ObjectReferenced' && !data.registration)) return []
      const topic = topicOf(told)
      return [{ key: `${topic} ${keyOf(topic, data as Subject, deletedOf)}`, id }]
    }),
  )
}

function keyOf(topic: RelayTopic, data: Subject, deletedOf: ReadonlyMap<string, string>): string {
  const { object_id, deletion_id, flow_id, flow, source_id, source } = data
  if (topic === 'objects') return object_id!
  if (topic === 'deletions') return deletedOf.get(deletion_id!)!
  return flow_id ?? flow?.id ?? source_id ?? source!.id
}

type Subject = {
  readonly object_id?: string
  readonly deletion_id?: string
  readonly flow_id?: string
  readonly flow?: { readonly id: string }
  readonly source_id?: string
  readonly source?: { readonly id: string }
}

/** The ids of what was read, by topic and key, in the order in which they first came; in binary mode. */
export const firstsByKey = (messages: readonly ReadMessage[]): IdsByKey =>
  byKey(
    messages.map(({ topic, key, headers }) => ({
      key: `${topic.split('.').at(-1)} ${key}`,
      id: headers['ce_id']!,
    })),
  )

function byKey(events: readonly { readonly key: string; readonly id: string }[]): IdsByKey {
  const ids = new Map<string, Set<string>>()
  for (const { key, id } of events) ids.set(key, (ids.get(key) ?? new Set()).add(id))
  return Object.fromEntries([...ids].map(([key, those]) => [key, [...those]]))
}

export const countOf = (ids: IdsByKey): number =>
  Object.values(ids).reduce((sum, those) => sum + those.length, 0)
