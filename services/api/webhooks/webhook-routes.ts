import type { Response, Router } from 'express'
import type { WebhookSettings } from '../../../contracts/events/webhook-events.ts'
import { deleteWebhook } from '../../../contracts/operations/delete-webhook.ts'
import { getWebhook } from '../../../contracts/operations/get-webhook.ts'
import { getWebhooks } from '../../../contracts/operations/get-webhooks.ts'
import { postWebhooks } from '../../../contracts/operations/post-webhooks.ts'
import { putWebhook } from '../../../contracts/operations/put-webhook.ts'
import type { WebhookPut } from '../../../contracts/resources/webhook.ts'
import type { Access } from '../../../domain/access/access.ts'
import type { WebhookCommand } from '../../../domain/webhook/webhook.ts'
import { accessOf } from '../../access/access-of.ts'
import { tagExists, tagIsOneOf } from '../../catalog/conditions.ts'
import { commandWebhook } from '../../commands/command-webhook.ts'
import { type CommandContext, newIdBy } from '../../commands/event-context.ts'
import type { Sealer } from '../../sealing/sealer.ts'
import { readableIn, requireRead } from '../access/require-access.ts'
import type { ApiServices } from '../api-services.ts'
import { answerPastWebhook } from '../history/past-webhook.ts'
import { type Answer, answerEmpty } from '../http/answer.ts'
import { commandDone, contextOf } from '../http/command-request.ts'
import { badRequest, notFound } from '../http/http-refusal.ts'
import { mount } from '../http/mount.ts'
import { pagingOf } from '../http/paging.ts'
import { refusalFor } from '../http/rejection.ts'
import { readerOf, requireReadOfFilters } from './reads-of-webhook.ts'
import { refuseReceiver } from './refuse-receiver.ts'
import { renderWebhook } from './render-webhook.ts'

export function webhookRoutes(router: Router, services: ApiServices): void {
  const { catalog, outboundPolicy, webhookKeys } = services

  const noSuchWebhook = () => notFound('there is no such webhook')

  const webhookJson = (id: string, access?: Access): string => {
    const row = catalog.reader.webhook(id)
    if (!row) throw noSuchWebhook()
    requireRead(access, row, noSuchWebhook)
    return renderWebhook(row)
  }

  const carryOut = async (
    id: string,
    command: WebhookCommand,
    context: CommandContext,
    response: Response,
  ) => {
    const { outcome, position, isRepeat } = await commandWebhook(services, context, id, command)
    if ('refused' in outcome) throw refusalFor(outcome.refused)
    await commandDone(services, response, position)
    return { position, isRepeat }
  }

  /** Writes a webhook, and answers with it. */
  const write = async (
    type: 'RegisterWebhook' | 'UpdateWebhook',
    put: WebhookPut,
    context: CommandContext,
    response: Response,
  ): Promise<Answer> => {
    refuseReceiver(put.url, outboundPolicy)
    const { webhook, status } = sealedIn(webhookKeys, put)
    const { access } = context
    const command = { type, webhook: access ? { ...webhook, reader: readerOf(access) } : webhook, status }
    if (access) requireReadOfFilters(catalog.reader, access, put)
    const { position, isRepeat } = await carryOut(put.id, command, context, response)
    if (!isRepeat) return { status: 201, json: webhookJson(put.id) }
    return { ...(await answerPastWebhook(services, put.id, String(position))), status: 201 }
  }

  mount(router, getWebhooks, ({ query, queryPatterns, request, response }) => {
    const asked = queryPatterns['tag.{name}']
    const { readable, tagValues } = readableIn(accessOf(response), 'webhooks', asked)
    const paging = pagingOf(request, query, services.publicUrl())
    const { rows, next } = catalog.reader.webhooks({
      conditions: [
        ...readable,
        ...[...tagValues].map(([name, values]) => tagIsOneOf('webhooks', name, values)),
        ...[...queryPatterns['tag_exists.{name}']].map(([name, exists]) =>
          tagExists('webhooks', name, exists),
        ),
      ],
      sort: 'url',
      reverse: query.reverse_order,
      limit: paging.limit,
      ...(paging.from && { from: paging.from }),
    })
    const json = `[${rows.map(renderWebhook).join(',')}]`
    return { status: 200, json, headers: paging.headers(rows.length, next) }
  })

  mount(router, getWebhook, ({ params, query, response }) => {
    if (query.as_of !== undefined) return answerPastWebhook(services, params.webhookId, query.as_of)
    return { status: 200, json: webhookJson(params.webhookId, accessOf(response)) }
  })

  mount(router, postWebhooks, ({ body, request, response }) => {
    const context = contextOf(request, response)
    return write('RegisterWebhook', { id: newIdBy(context), ...body }, context, response)
  })

  mount(router, putWebhook, ({ params, body, request, response }) => {
    if (body.id !== params.webhookId) throw badRequest('id: differs from the id in the path')
    return write('UpdateWebhook', body, contextOf(request, response), response)
  })

  mount(router, deleteWebhook, async ({ params, request, response }) => {
    const context = contextOf(request, response)
    await carryOut(params.webhookId, { type: 'DeleteWebhook' }, context, response)
    return answerEmpty(204)
  })
}

/** The key goes no further than here in clear. */
function sealedIn(keys: Sealer, { api_key_value, status, ...said }: WebhookPut) {
  const webhook: WebhookSettings = {
    ...said,
    ...(api_key_value !== undefined && { sealed_api_key: keys.seal(api_key_value, said.id) }),
  }
  return { webhook, status }
}
