import { join } from 'node:path'
import { openSqliteEventLog } from '../../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { typeToldAs } from '../../../services/public-events/told-as.ts'
import { wholeLog } from '../command-harness.ts'
import type { ReadMessage } from './read-topics.ts'

export type IdsByKey = Readonly<Record<string, readonly string[]>>

/** What the log of a folder has to tell: the ids of events in order, by the Flow or Source they are of. */
export async function toldInLog(folder: string): Promise<IdsByKey> {
  const log = openSqliteEventLog({ path: join(folder, 'events.db') })
  const events = await wholeLog(log)
  await log.close()
  const told = events.filter(({ type }) => typeToldAs(type) !== null)
  return byKey(
    told.map(({ id, data }) => {
      const { flow_id, flow, source_id, source } = data as Subject
      return { key: flow_id ?? flow?.id ?? source_id ?? source!.id, id }
    }),
  )
}

type Subject = {
  readonly flow_id?: string
  readonly flow?: { readonly id: string }
  readonly source_id?: string
  readonly source?: { readonly id: string }
}

/** The ids of what was read, by key, in the order in which they first came; in binary mode. */
export const firstsByKey = (messages: readonly ReadMessage[]): IdsByKey =>
  byKey(messages.map(({ key, headers }) => ({ key, id: headers['ce_id']! })))

function byKey(events: readonly { readonly key: string; readonly id: string }[]): IdsByKey {
  const ids = new Map<string, Set<string>>()
  for (const { key, id } of events) ids.set(key, (ids.get(key) ?? new Set()).add(id))
  return Object.fromEntries([...ids].map(([key, those]) => [key, [...those]]))
}

export const countOf = (ids: IdsByKey): number =>
  Object.values(ids).reduce((sum, those) => sum + those.length, 0)
