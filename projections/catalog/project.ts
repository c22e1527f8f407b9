import type { DomainEventType } from '../../contracts/events/domain-event.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { deletionProjection } from './project/project-deletion.ts'
import { flowProjection } from './project/project-flow.ts'
import { objectProjection } from './project/project-object.ts'
import { profileProjection } from './project/project-profile.ts'
import { serviceProjection } from './project/project-service.ts'
import { sourceProjection } from './project/project-source.ts'
import { timelineProjection } from './project/project-timeline.ts'
import { webhookProjection } from './project/project-webhook.ts'
import type { Projection } from './project/projection.ts'
import type { RowChange } from './row-change.ts'

/** Every type of event: a new one does not compile until someone says what it changes. */
const projection: Projection<DomainEventType> = {
  ...serviceProjection,
  ...sourceProjection,
  ...flowProjection,
  ...timelineProjection,
  ...objectProjection,
  ...profileProjection,
  ...webhookProjection,
  ...deletionProjection,
  // Whoever repeats the command is answered from the log.
  CommandAnswered: () => [],
}

/** What an event changes in the catalog, in order. */
export const projectToCatalog = (event: RecordedEvent): readonly RowChange[] =>
  (projection[event.type] as (event: RecordedEvent) => readonly RowChange[])(event)
