import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { commandWebhook } from '../../commands/command-webhook.ts'
import { commandContext } from '../../commands/event-context.ts'
import { commandRunner } from '../../commands/run-command.ts'
import { openStreamCache } from '../../commands/stream-cache.ts'
import { loadEventStoreUrl } from '../../config/eventstore-url.ts'
import { logPath } from '../../config/log-place.ts'
import { positionAt } from '../../history/position-at.ts'
import { createLogger } from '../../observability/logger.ts'
import type { EventLog } from '../../ports/event-log.ts'
import { startLog } from '../../process/open-log.ts'
import { readDeliveries } from '../../webhooks/delivery-store.ts'
import type { KeptSubscriber } from '../../webhooks/subscriber.ts'
import { Failure, UsageFailure } from '../failure.ts'
import { type Column, column, createTable } from '../listing/table.ts'
import { printJson, printLine, printNote } from '../output.ts'

export type WebhooksFlags = { readonly dataDir: string; readonly json?: boolean }
export type ReplayFlags = { readonly dataDir: string; readonly from: string }

type ListedWebhook = {
  readonly id: string
  readonly url: string
  readonly status: string
  /** Events in the log since the last that it was told of, or had no wish for. */
  readonly behind: number
  readonly last_delivery: string | undefined
  readonly failing_since: string | undefined
  readonly attempts: number | undefined
  readonly last_error: string | undefined
}

const COLUMNS: readonly Column<ListedWebhook>[] = [
  column('id', ({ id }) => id),
  column('status', ({ status }) => status),
  column('behind', ({ behind }) => behind),
  column('last delivery', ({ last_delivery }) => last_delivery),
  column('attempts', ({ attempts }) => attempts),
  column('last error', ({ last_error }) => last_error),
  column('url', ({ url }) => url),
]

export async function listWebhooks({ dataDir, json }: WebhooksFlags): Promise<void> {
  const webhooks = readDeliveries(join(dataDir, 'webhooks.db'), (deliveries) => {
    const position = deliveries.handedOut()?.position ?? 0
    return deliveries.subscribers().map((kept) => listed(kept, position))
  })
  if (!webhooks) throw new Failure(`nothing was ever delivered from ${dataDir} (name it with --data-dir)`)
  if (json) return webhooks.forEach(printJson)
  for (const line of createTable(COLUMNS).lines(webhooks)) printLine(line)
}

function listed({ acknowledged, failing, ...kept }: KeptSubscriber, position: number): ListedWebhook {
  return {
    id: kept.id,
    url: kept.settings.url,
    status: kept.status,
    behind: position - (acknowledged ?? position),
    last_delivery: isoOf(kept.lastDeliveryMs),
    failing_since: isoOf(failing?.sinceMs),
    attempts: failing?.attempts,
    last_error: failing?.reason,
  }
}

const isoOf = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString()

/** The log tells whoever delivers. */
export async function replayWebhook(id: string, { dataDir, from }: ReplayFlags): Promise<void> {
  const LOG_DIR = process.env['LOG_DIR']
  const path = logPath({ DATA_DIR: dataDir, LOG_DIR })
  if (!existsSync(path))
    throw new Failure(`there is no event log at ${path} (name its folder with --data-dir)`)
  const EVENTSTORE_URL = loadEventStoreUrl(process.env)
  const { log } = await startLog({ DATA_DIR: dataDir, LOG_DIR, EVENTSTORE_URL }, createLogger('error'))
  try {
    const after = await positionBefore(log, from)
    const run = commandRunner(log, openStreamCache(log))
    const context = commandContext(randomUUID(), null)
    const { outcome } = await commandWebhook({ run }, context, id, { type: 'ReplayWebhook', after })
    if ('refused' in outcome) throw new Failure(`webhook ${id}: ${TELLINGS[outcome.refused.reason]}`)
    printNote(`it is told again from position ${after + 1} on`)
  } finally {
    await log.close()
  }
}

const TELLINGS: Partial<Record<string, string>> = {
  webhook_not_found: 'there is none of this id',
  webhook_stopped: 'nothing is sent to it, set its status to created first',
}

async function positionBefore(log: EventLog, from: string): Promise<number> {
  const head = await log.head()
  if (/^\d+$/.test(from)) {
    const position = Number(from)
    if (position >= 1 && position <= head) return position - 1
    throw new UsageFailure(`--from: the log has positions 1 to ${head}`)
  }
  const timeMs = Date.parse(from)
  if (Number.isNaN(timeMs)) throw new UsageFailure('--from is neither a position nor a time')
  return Math.min(await positionAt(log, timeMs), head)
}
