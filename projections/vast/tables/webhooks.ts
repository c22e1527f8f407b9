import type { Webhook } from '../../../contracts/resources/webhook.ts'
import type { RowOf, Table } from './column.ts'
import { jsonText } from './json-text.ts'

const columns = {
  id: 'text',
  url: 'text',
  api_key_name: 'text',
  events: 'texts',
  flow_ids: 'texts',
  source_ids: 'texts',
  flow_collected_by_ids: 'texts',
  source_collected_by_ids: 'texts',
  accept_get_urls: 'texts',
  accept_storage_ids: 'texts',
  presigned: 'boolean',
  verbose_storage: 'boolean',
  include_object_timerange: 'boolean',
  tags: 'text',
  status: 'text',
  error: 'text',
} as const

/** There is no column for the key, sealed or not. */
export const webhooksTable: Table<typeof columns> = {
  name: 'webhooks',
  columns,
  key: ['id'],
  sortedBy: ['id'],
}

export const webhookRow = (webhook: Webhook): RowOf<typeof columns> => ({
  id: webhook.id,
  url: webhook.url,
  api_key_name: webhook.api_key_name ?? null,
  events: webhook.events,
  flow_ids: webhook.flow_ids ?? null,
  source_ids: webhook.source_ids ?? null,
  flow_collected_by_ids: webhook.flow_collected_by_ids ?? null,
  source_collected_by_ids: webhook.source_collected_by_ids ?? null,
  accept_get_urls: webhook.accept_get_urls ?? null,
  accept_storage_ids: webhook.accept_storage_ids ?? null,
  presigned: webhook.presigned ?? null,
  verbose_storage: webhook.verbose_storage ?? null,
  include_object_timerange: webhook.include_object_timerange ?? null,
  tags: jsonText(webhook.tags),
  status: webhook.status,
  error: jsonText(webhook.error),
})
