import { defineOperation } from '../http/operation.ts'
import { webhookParams } from './webhook-params.ts'
import { noSuchWebhook, notYourWebhook } from './webhook-responses.ts'

export const deleteWebhook = defineOperation({
  operationId: 'DELETE_webhooks-webhookId',
  method: 'delete',
  path: '/service/webhooks/{webhookId}',
  tag: 'Webhooks',
  scopes: ['tams-api/read'],
  summary: 'Delete a webhook',
  params: webhookParams,
  responses: { 204: { description: 'Deleted.' }, 403: notYourWebhook, 404: noSuchWebhook },
})
