import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Tags } from '../../../contracts/resources/tags.ts'
import { parseTimestamp, type Timestamp } from '../../../contracts/time/timestamp.ts'
import { UsageFailure } from '../failure.ts'
import { PATIENT } from '../http/with-retries.ts'
import { type IngestReport, ingest } from '../ingest/ingest.ts'
import { openInput, type SegmentInput } from '../ingest/segment-input.ts'
import { openStateFile } from '../ingest/state-file.ts'
import { createResourceReader } from '../media/resource-reader.ts'
import { printJson, printLine } from '../output.ts'
import { createProgress, type Progress, sizeText } from '../progress.ts'
import { type Connection, withConnection } from './connection.ts'
import type { ServiceFlags } from './service-options.ts'

export type IngestFlags = ServiceFlags & {
  readonly flowId?: string
  readonly sourceId?: string
  readonly label?: string
  readonly tag?: Tags
  readonly start?: string
  readonly variant?: string
  readonly init?: string
  readonly follow?: boolean
  readonly state?: string
  readonly concurrency: number
}

export async function runIngest(media: readonly string[], flags: IngestFlags): Promise<void> {
  const startAt = flags.start === undefined ? undefined : timestampOf(flags.start)
  requireUuid('--flow-id', flags.flowId)
  requireUuid('--source-id', flags.sourceId)
  const options = {
    retries: PATIENT,
    connections: 2 * flags.concurrency + 2,
    isFollowing: flags.follow ?? false,
  }
  const progress = createProgress()
  try {
    const report = await withConnection(flags, options, (connection) =>
      ingestOver(connection, media, { ...flags, startAt }, progress),
    )
    progress.stop()
    if (flags.json) printJson(report)
    else printReport(report)
  } finally {
    progress.stop()
  }
}

async function ingestOver(
  { service, http, signal, stopped }: Connection,
  media: readonly string[],
  flags: IngestFlags & { readonly startAt: Timestamp | undefined },
  progress: Progress,
): Promise<IngestReport> {
  const { variant, follow = false, init, flowId, sourceId, label, tag = {}, concurrency, startAt } = flags
  const reader = createResourceReader(http, signal)
  try {
    const input = await openInput(media, { variant, follow, init, reader, stopped, warn: progress.warn })
    const subject = { media: input.name, service: service.url.href }
    const state = await openStateFile(flags.state ?? defaultStatePath(input), subject)
    try {
      const wishes = { flowId, sourceId, label, tags: tag }
      return await ingest({ service, reader, input, state, wishes, startAt, concurrency, progress })
    } finally {
      await state.close()
    }
  } finally {
    await reader.close()
  }
}

/** Beside the media, if that is here. */
function defaultStatePath({ name }: SegmentInput): string {
  const url = new URL(name)
  const folder = url.protocol === 'file:' ? dirname(fileURLToPath(url)) : '.'
  const file = url.protocol === 'file:' ? basename(fileURLToPath(url)) : basename(url.pathname)
  return join(folder, `.${file}.framelog-ingest.jsonl`)
}

function printReport(report: IngestReport): void {
  const { flow_id, source_id, members, segments_uploaded, segments_present, bytes_uploaded, timerange } =
    report
  printLine(`Flow       ${flow_id}`)
  printLine(`Source     ${source_id}`)
  for (const member of members) printLine(`Track      ${member.flow_id}`)
  printLine(`Timerange  ${timerange}`)
  printLine(
    `Segments   ${segments_uploaded} uploaded (${sizeText(bytes_uploaded)}), ${segments_present} already there`,
  )
}

function timestampOf(text: string): Timestamp {
  try {
    return parseTimestamp(text)
  } catch (cause) {
    throw new UsageFailure(`--start: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
}

function requireUuid(option: string, text: string | undefined): void {
  const isUuid = text === undefined || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
  if (!isUuid) throw new UsageFailure(`${option}: ${text} is no UUID in lower case`)
}
