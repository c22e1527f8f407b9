import type { ProfileRow } from '../../catalog/profile-queries.ts'

/** A Profile as JSON text: what its client said, with what the service adds put behind it. @see TAMS profile.json */
export function renderProfile({ document, created_ms, created_by }: ProfileRow): string {
  const author = created_by === null ? '' : `,"created_by":${JSON.stringify(created_by)}`
  return `${document.slice(0, -1)},"created":"${new Date(created_ms).toISOString()}"${author}}`
}
