import { deletionRequestsTable } from './deletion-requests.ts'
import { flowsTable } from './flows.ts'
import { objectsTable } from './objects.ts'
import { profilesTable } from './profiles.ts'
import { segmentsTable } from './segments.ts'
import { sourcesTable } from './sources.ts'
import { webhooksTable } from './webhooks.ts'

/** Every table that tells of the media estate, by its name. */
export const TABLES = {
  sources: sourcesTable,
  flows: flowsTable,
  segments: segmentsTable,
  objects: objectsTable,
  webhooks: webhooksTable,
  deletion_requests: deletionRequestsTable,
  profiles: profilesTable,
} as const
