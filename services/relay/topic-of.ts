import type { PublicEvent } from '../public-events/public-event.ts'

/** What topics are of; their names begin with a prefix. */
export const RELAY_TOPICS = ['flows', 'sources', 'objects', 'deletions'] as const

export type RelayTopic = (typeof RELAY_TOPICS)[number]

/** What is told of Flow Segments belongs with their Flow: its events are in order only within one topic. */
const topics: Readonly<Record<PublicEvent['type'], RelayTopic>> = {
  'flows/created': 'flows',
  'flows/updated': 'flows',
  'flows/deleted': 'flows',
  'flows/segments_added': 'flows',
  'flows/segments_deleted': 'flows',
  'sources/created': 'sources',
  'sources/updated': 'sources',
  'sources/deleted': 'sources',
  'objects/allocated': 'objects',
  'objects/created': 'objects',
  'objects/measured': 'objects',
  'objects/instance_added': 'objects',
  'objects/instance_removed': 'objects',
  'objects/deleted': 'objects',
  'flow_delete_requests/created': 'deletions',
  'flow_delete_requests/updated': 'deletions',
  'flow_delete_requests/completed': 'deletions',
  'flow_delete_requests/failed': 'deletions',
}

export const topicOf = (type: PublicEvent['type']): RelayTopic => topics[type]

export const topicName = (prefix: string, topic: RelayTopic): string => `${prefix}.${topic}`
