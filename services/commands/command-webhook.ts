import type { EventContext } from '../../contracts/events/recorded-event.ts'
import { decideWebhook, type WebhookCommand, type WebhookRejection } from '../../domain/webhook/webhook.ts'
import type { CommandServices } from './command-services.ts'
import { webhookStream } from './stream-kind.ts'

export type WebhookOutcome = { readonly refused: WebhookRejection } | { readonly done: true }

/** Has one webhook do as its client, or whoever delivers its events, says. */
export function commandWebhook(
  { run }: Pick<CommandServices, 'run'>,
  context: EventContext,
  webhook_id: string,
  command: WebhookCommand,
) {
  return run(context, async (unit): Promise<WebhookOutcome> => {
    const stream = await unit.load(webhookStream, webhook_id)
    const decision = decideWebhook(command, stream.state)
    if (!decision.accepted) return { refused: decision.rejection }
    stream.append(decision.events)
    return { done: true }
  })
}
