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
}

export const topicOf = (type: PublicEvent['type']): RelayTopic => topics[type]

export const topicName = (prefix: string, topic: RelayTopic): string => `${prefix}.${topic}`
