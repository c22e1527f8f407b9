import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { type AccessQueries, accessQueries } from './access-queries.ts'
import { type AtOnce, atOnce } from './at-once.ts'
import { type CopyQueries, copyQueries } from './copy-queries.ts'
import { type DeletionQueries, deletionQueries } from './deletion-queries.ts'
import { type FlowQueries, flowQueries } from './flow-queries.ts'
import { type ListQueries, listQueries } from './list-queries.ts'
import { type ObjectQueries, objectQueries } from './object-queries.ts'
import { type PastQueries, pastQueries } from './past-queries.ts'
import { type PastSegmentQueries, pastSegmentQueries } from './past-segment-queries.ts'
import { type ProfileQueries, profileQueries } from './profile-queries.ts'
import { type PurgeQueries, purgeQueries } from './purge-queries.ts'
import { type SegmentQueries, segmentQueries } from './segment-queries.ts'
import { type SegmentTagQueries, segmentTagQueries } from './segment-tag-queries.ts'
import { type SmallLists, smallLists } from './small-lists.ts'
import { type SourceQueries, sourceQueries } from './source-queries.ts'
import { type TimelineEndsQueries, timelineEndsQueries } from './timeline-ends.ts'
import { type WebhookQueries, webhookQueries } from './webhook-queries.ts'

export type ServiceRow = { readonly name: string | null; readonly description: string | null }

/** Every question the API asks the catalog. Answers cost microseconds: the caller's thread waits for them. */
export type CatalogReader = FlowQueries &
  SourceQueries &
  SegmentQueries &
  SegmentTagQueries &
  TimelineEndsQueries &
  ObjectQueries &
  ProfileQueries &
  WebhookQueries &
  DeletionQueries &
  PurgeQueries &
  CopyQueries &
  ListQueries &
  SmallLists &
  AccessQueries &
  PastQueries &
  PastSegmentQueries & { service(): ServiceRow | undefined; readonly atOnce: AtOnce }

export function catalogReader(database: DatabaseSyncInstance): CatalogReader {
  const service = database.prepare(`SELECT name, description FROM service WHERE id = 'service'`)
  return {
    ...flowQueries(database),
    ...sourceQueries(database),
    ...segmentQueries(database),
    ...segmentTagQueries(database),
    ...timelineEndsQueries(database),
    ...objectQueries(database),
    ...profileQueries(database),
    ...webhookQueries(database),
    ...deletionQueries(database),
    ...purgeQueries(database),
    ...copyQueries(database),
    ...listQueries(database),
    ...smallLists(database),
    ...accessQueries(database),
    ...pastQueries(database),
    ...pastSegmentQueries(database),
    service: () => service.get() as ServiceRow | undefined,
    atOnce: atOnce(database),
  }
}
