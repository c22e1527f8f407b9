import type { DomainEvent } from '../../contracts/events/domain-event.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { streamName } from '../../contracts/events/stream-name.ts'

const FIRST_TIME_MS = Date.UTC(2026, 10, 21)

/** Gives events the places and times a log would, from position `after` on: some come in the same millisecond. */
export function recorded(events: readonly DomainEvent[], after = 0): readonly RecordedEvent[] {
  const revisions = new Map<string, number>()
  return events.map((event, index) => {
    const stream = streamOf(event)
    const revision = (revisions.get(stream) ?? -1) + 1
    revisions.set(stream, revision)
    const position = after + index + 1
    return {
      ...event,
      id: `event-${position}`,
      stream,
      revision,
      position,
      timeMs: FIRST_TIME_MS + Math.floor(position / 3),
      actor: null,
      correlationId: 'request',
      causationId: null,
    } as RecordedEvent
  })
}

function streamOf({ type, data }: DomainEvent): string {
  switch (type) {
    case 'ServiceUpdated':
      return streamName.service()
    case 'SourceCreated':
    case 'SourceUpdated':
    case 'SourceRestored':
      return streamName.source(data.source.id)
    case 'SourceDeleted':
    case 'FlowAttached':
    case 'FlowDetached':
      return streamName.source(data.source_id)
    case 'FlowCreated':
    case 'FlowUpdated':
    case 'FlowRestored':
      return streamName.flow(data.flow.id)
    case 'FlowDeleted':
      return streamName.flow(data.flow_id)
    case 'SegmentsAdded':
    case 'SegmentsDeleted':
      return streamName.timeline(data.flow_id)
    case 'ProfileCreated':
      return streamName.profile(data.profile.id)
    case 'WebhookRegistered':
    case 'WebhookUpdated':
      return streamName.webhook(data.webhook.id)
    case 'WebhookDeleted':
    case 'WebhookStarted':
    case 'WebhookFailed':
    case 'WebhookReplayed':
      return streamName.webhook(data.webhook_id)
    case 'DeletionRequested':
    case 'DeletionReleased':
    case 'DeletionCancelled':
    case 'DeletionStarted':
    case 'DeletionProgressed':
    case 'DeletionCompleted':
    case 'DeletionFailed':
    case 'DeletionForgotten':
      return streamName.deletion(data.deletion_id)
    case 'CommandAnswered':
      return streamName.command(data.fingerprint)
    default:
      return streamName.object(data.object_id)
  }
}
