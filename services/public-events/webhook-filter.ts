import type { PublicEventType } from '../../contracts/events/public/public-event-type.ts'
import type { WebhookSettings } from '../../contracts/events/webhook-events.ts'
import type { AuthClasses } from '../access/auth-classes.ts'
import type { PublicEvent } from './public-event.ts'

/** Whether a webhook is to be told of an event. */
export type WebhookFilter = (event: Pick<PublicEvent, 'type' | 'context'>) => boolean

type Wanted = Pick<
  WebhookSettings,
  'flow_ids' | 'source_ids' | 'flow_collected_by_ids' | 'source_collected_by_ids' | 'reader'
> & { readonly events: readonly PublicEventType[] }

/**
 * All of a webhook's filters together: an event has to pass each that there is. Those of Flows let pass
 * what is of no Flow; those of Sources, nothing that is of none. What its reader may not read, none lets pass.
 * @param authClasses what groups may do now; none where nobody said
 * @see TAMS webhook.json
 */
export function webhookFilter(webhook: Wanted, authClasses?: AuthClasses): WebhookFilter {
  const types: ReadonlySet<string> = new Set(webhook.events)
  const isOneOfFlows = oneOf(webhook.flow_ids)
  const isOneOfSources = oneOf(webhook.source_ids)
  const isFlowCollected = collectedBy(webhook.flow_collected_by_ids)
  const isSourceCollected = collectedBy(webhook.source_collected_by_ids)
  const classes = readableTo(webhook, authClasses)
  return ({ type, context }) => {
    if (!types.has(type)) return false
    if (classes && !context.auth_classes?.some((name) => classes.has(name))) return false
    const { flow_id, source_id, flow_collected_by = [], source_collected_by = [] } = context
    if (flow_id !== undefined && !(isOneOfFlows(flow_id) && isFlowCollected(flow_collected_by))) return false
    return isOneOfSources(source_id) && isSourceCollected(source_collected_by)
  }
}

/** The classes a webhook is told of; undefined for everything. */
export function readableTo(
  { reader }: Pick<WebhookSettings, 'reader'>,
  authClasses: AuthClasses | undefined,
): ReadonlySet<string> | undefined {
  if (!reader) return undefined
  // A process that was not given the file tells no more than one that was.
  if (!authClasses) return new Set(reader.classes)
  const now = authClasses.readBy(reader.groups)
  return new Set(reader.classes.filter((name) => now.has(name)))
}

function oneOf(ids: readonly string[] | undefined): (id: string | undefined) => boolean {
  if (!ids) return () => true
  const wanted = new Set(ids)
  return (id) => id !== undefined && wanted.has(id)
}

/** An empty list wants what is in no collection. */
function collectedBy(ids: readonly string[] | undefined): (collectors: readonly string[]) => boolean {
  if (!ids) return () => true
  if (ids.length === 0) return (collectors) => collectors.length === 0
  const wanted = new Set(ids)
  return (collectors) => collectors.some((id) => wanted.has(id))
}
