import { streamName } from '../../../contracts/events/stream-name.ts'
import type { ApiServices } from '../api-services.ts'
import type { Answer } from '../http/answer.ts'
import { notFound } from '../http/http-refusal.ts'
import { renderWebhook } from '../webhooks/render-webhook.ts'
import { answerAsOf } from './as-of.ts'

/** A webhook as it was, without its key as ever. @see TAMS GET_webhooks-webhookId */
export function answerPastWebhook(services: ApiServices, webhook_id: string, as_of: string): Promise<Answer> {
  return answerAsOf(services, as_of, async (past, then) => {
    await then.take(past.pages(streamName.webhook(webhook_id)))
    const row = then.reader.webhook(webhook_id)
    if (!row) throw notFound('there was no such webhook then')
    return { status: 200, json: renderWebhook(row) }
  })
}
