import type { WebhookRow } from '../../catalog/webhook-queries.ts'

/** A webhook as JSON text; its key is not there to be shown. @see TAMS webhook-get.json */
export function renderWebhook({ document, status, error }: WebhookRow): string {
  const reason = error === null ? '' : `,"error":${error}`
  return `${document.slice(0, -1)},"status":"${status}"${reason}}`
}
