import { type Access, refuseAccess, refuseNew, refuseReclassing } from '../../domain/access/access.ts'
import {
  decideWebhook,
  type WebhookCommand,
  type WebhookRejection,
  type WebhookState,
} from '../../domain/webhook/webhook.ts'
import type { CommandServices } from './command-services.ts'
import type { CommandContext } from './event-context.ts'
import { webhookStream } from './stream-kind.ts'

export type WebhookOutcome = { readonly refused: WebhookRejection } | { readonly done: true }

/** Has one webhook do as its client, or whoever delivers its events, says. */
export function commandWebhook(
  { run }: Pick<CommandServices, 'run'>,
  context: CommandContext,
  webhook_id: string,
  command: WebhookCommand,
) {
  return run(context, async (unit): Promise<WebhookOutcome> => {
    const stream = await unit.load(webhookStream, webhook_id)
    const unpermitted = context.access && refuseWebhook(context.access, command, stream.state)
    if (unpermitted) return { refused: unpermitted }
    const decision = decideWebhook(command, stream.state)
    if (!decision.accepted) return { refused: decision.rejection }
    stream.append(decision.events)
    return { done: true }
  })
}

function refuseWebhook(
  access: Access,
  command: WebhookCommand,
  state: WebhookState,
): WebhookRejection | undefined {
  if (command.type === 'RegisterWebhook') return refuseNew(access, command.webhook)
  if (state.status === 'absent') return undefined
  const permission = command.type === 'DeleteWebhook' ? 'delete' : 'write'
  const refused = refuseAccess(access, state.webhook, permission, { reason: 'webhook_not_found' } as const)
  if (refused || command.type !== 'UpdateWebhook') return refused
  return refuseReclassing(access, state.webhook, command.webhook)
}
