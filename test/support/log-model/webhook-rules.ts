import type { WebhookEvent } from '../../../contracts/events/webhook-events.ts'
import type { LogModel, ModelWebhook, Rules } from './model.ts'

export const webhookRules: Rules<WebhookEvent['type']> = {
  WebhookRegistered: (model, { data: { webhook, status } }, broken) => {
    if (model.webhooks.has(webhook.id)) broken('it was there already')
    model.webhooks.set(webhook.id, { webhook, status })
  },
  WebhookUpdated: (model, { data: { webhook, status } }, broken) => {
    const before = webhookOf(model, webhook.id)
    if (before.status === 'error' && status === 'disabled') broken('what is in error is disabled')
    if (webhook.api_key_name === undefined && webhook.sealed_api_key) broken('it keeps a key it cannot send')
    const had = before.webhook.reader
    const isWider = !webhook.reader || webhook.reader.classes.some((each) => !had?.classes.includes(each))
    if (had && isWider) broken('it is told for more than before')
    model.webhooks.set(webhook.id, { webhook, status })
  },
  WebhookDeleted: (model, { data: { webhook_id } }, broken) => {
    if (!model.webhooks.delete(webhook_id)) broken('there was none')
  },
  WebhookStarted: (model, { data: { webhook_id } }, broken) => {
    const { webhook, status } = webhookOf(model, webhook_id)
    if (status !== 'created') broken(`it starts from ${status}`)
    model.webhooks.set(webhook_id, { webhook, status: 'started' })
  },
  WebhookFailed: (model, { data: { webhook_id, error } }, broken) => {
    const { webhook, status } = webhookOf(model, webhook_id)
    if (status !== 'created' && status !== 'started') broken(`it fails from ${status}`)
    model.webhooks.set(webhook_id, { webhook, status: 'error', error })
  },
  WebhookReplayed: (model, { position, data: { webhook_id, after } }, broken) => {
    const { status } = webhookOf(model, webhook_id)
    if (status !== 'created' && status !== 'started') broken(`it is told again, being ${status}`)
    if (after < 0 || after >= position) broken('it is told again of what is yet to come')
  },
}

function webhookOf({ webhooks }: LogModel, id: string): ModelWebhook {
  const webhook = webhooks.get(id)
  if (!webhook) throw new Error(`an event of the webhook ${id}, which is not there`)
  return webhook
}
