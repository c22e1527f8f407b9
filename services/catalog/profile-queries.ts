import type { DatabaseSyncInstance } from '@photostructure/sqlite'

export type ProfileRow = {
  readonly id: string
  /** The profile as JSON text, without who made it. */
  readonly document: string
  readonly created_ms: number
  readonly created_by: string | null
}

export type ProfileQueries = { profile(id: string): ProfileRow | undefined }

export function profileQueries(database: DatabaseSyncInstance): ProfileQueries {
  const profile = database.prepare('SELECT * FROM profiles WHERE id = ?')
  return { profile: (id) => profile.get(id) as ProfileRow | undefined }
}
