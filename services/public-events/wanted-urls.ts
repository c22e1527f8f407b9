import type { WebhookSettings } from '../../contracts/events/webhook-events.ts'

/** What a receiver says of the segments it is told of. */
export type WantedUrls = Partial<
  Pick<
    WebhookSettings,
    'accept_get_urls' | 'accept_storage_ids' | 'presigned' | 'verbose_storage' | 'include_object_timerange'
  >
>

/** The same for all who want the same. */
export const wantedUrlsKey = (wanted: WantedUrls): string => {
  const { accept_get_urls, accept_storage_ids, presigned, verbose_storage, include_object_timerange } = wanted
  return JSON.stringify([
    accept_get_urls,
    accept_storage_ids,
    presigned,
    verbose_storage,
    include_object_timerange,
  ])
}

/**
 * For so long, milliseconds, what was made for one of them may be sent to the others, too: presigned URLs are good
 * for much longer.
 */
export const URLS_KEPT_FOR_MS = 5_000
