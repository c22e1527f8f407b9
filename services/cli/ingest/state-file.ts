import { type FileHandle, open, readFile, truncate } from 'node:fs/promises'
import { z } from 'zod'
import { formatTimestamp, parseTimestamp, type Timestamp } from '../../../contracts/time/timestamp.ts'
import { Failure } from '../failure.ts'
import type { FlowIds } from './flow-plan.ts'
import type { Place } from './timeline.ts'

/** What an ingest has done so far, so that the next run of it does only the rest. */
export type StateFile = {
  /** Ids given in an earlier run; undefined in the first. */
  readonly flows: FlowIds | undefined
  /** By the segment's key. */
  readonly done: ReadonlyMap<string, DoneSegment>
  saveFlows(flows: FlowIds): Promise<void>
  /** Is on disk when the promise settles. */
  saveDone(segments: readonly DoneSegment[]): Promise<void>
  close(): Promise<void>
}

export type DoneSegment = {
  readonly key: string
  readonly objectId: string
  readonly init: { readonly objectId: string; readonly sha256: string } | undefined
  readonly sizeBytes: number
  readonly place: Place
}

/** The media and the service that a state file is about. */
export type StateSubject = { readonly media: string; readonly service: string }

const FlowsLine = z.object({
  flow_id: z.string(),
  source_id: z.string(),
  members: z.array(z.object({ flow_id: z.string(), source_id: z.string() })),
})
const Header = z.object({ framelog_ingest: z.literal(1), media: z.string(), service: z.string() })
const TimestampField = z.codec(z.string(), z.custom<Timestamp>(), {
  decode: parseTimestamp,
  encode: formatTimestamp,
})
const SegmentLine = z.object({
  segment: z.string(),
  object_id: z.string(),
  init: z.object({ object_id: z.string(), sha256: z.string() }).optional(),
  size: z.int(),
  start: TimestampField,
  end: TimestampField,
  last: TimestampField,
  shift: TimestampField,
  media_end: z.codec(z.string(), z.bigint(), { decode: BigInt, encode: String }),
  discontinuity: z.int(),
})

/**
 * Opens a state file, or begins one. It is JSON Lines, only ever added to: a header, the ids of the Flows, a line
 * for each registered segment. A last line that was cut off by a crash never happened.
 * @throws Failure where it is about other media or another service, or is no state file.
 */
export async function openStateFile(path: string, subject: StateSubject): Promise<StateFile> {
  const lines = await readLines(path)
  const [first, ...rest] = lines
  if (first !== undefined) requireSubject(path, first, subject)
  const file = await open(path, 'a').catch((cause: unknown) => {
    throw new Failure(`${path} cannot be written (name another place with --state)`, { cause })
  })
  if (first === undefined) await appendLines(file, [{ framelog_ingest: 1, ...subject }])
  return { ...read(path, rest), ...writing(file) }
}

function read(path: string, lines: readonly unknown[]): Pick<StateFile, 'flows' | 'done'> {
  const done = new Map<string, DoneSegment>()
  let flows: FlowIds | undefined
  for (const line of lines) {
    const segment = SegmentLine.safeParse(line)
    if (segment.success) {
      const read = doneSegmentOf(segment.data)
      done.set(read.key, read)
      continue
    }
    const ids = FlowsLine.safeParse(line)
    if (!ids.success) throw new Failure(`${path} is no ingest state`)
    const { flow_id, source_id, members } = ids.data
    flows = { flowId: flow_id, sourceId: source_id, members: members.map(memberOf) }
  }
  return { flows, done }
}

function writing(file: FileHandle): Pick<StateFile, 'saveFlows' | 'saveDone' | 'close'> {
  return {
    saveFlows: ({ flowId, sourceId, members }) =>
      appendLines(file, [
        {
          flow_id: flowId,
          source_id: sourceId,
          members: members.map((member) => ({ flow_id: member.flowId, source_id: member.sourceId })),
        },
      ]),
    saveDone: (segments) => appendLines(file, segments.map(lineOf)),
    close: () => file.close(),
  }
}

async function appendLines(file: FileHandle, lines: readonly unknown[]): Promise<void> {
  await file.appendFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  await file.datasync()
}

/** Whole lines; what is behind the last line end is cut off. */
async function readLines(path: string): Promise<readonly unknown[]> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0)
    throw error
  })
  const end = bytes.lastIndexOf('\n') + 1
  if (end < bytes.length) await truncate(path, end)
  try {
    return bytes
      .toString('utf8', 0, end)
      .split('\n')
      .filter((line) => line !== '')
      .map((line): unknown => JSON.parse(line))
  } catch (cause) {
    throw new Failure(`${path} is no ingest state`, { cause })
  }
}

function requireSubject(path: string, line: unknown, { media, service }: StateSubject): void {
  const header = Header.safeParse(line)
  if (!header.success) throw new Failure(`${path} is no ingest state`)
  const isSame = header.data.media === media && header.data.service === service
  if (isSame) return
  throw new Failure(
    `${path} is about the ingest of ${header.data.media} into ${header.data.service}: name another with --state`,
  )
}

function memberOf({ flow_id, source_id }: { flow_id: string; source_id: string }) {
  return { flowId: flow_id, sourceId: source_id }
}

function doneSegmentOf(line: z.infer<typeof SegmentLine>): DoneSegment {
  const { start, end, last, shift, media_end, discontinuity, init } = line
  return {
    key: line.segment,
    objectId: line.object_id,
    init: init && { objectId: init.object_id, sha256: init.sha256 },
    sizeBytes: line.size,
    place: { start, end, endsAfter: last, shift, mediaEndTicks: media_end, discontinuity },
  }
}

function lineOf({ key, objectId, init, sizeBytes, place }: DoneSegment): z.input<typeof SegmentLine> {
  return SegmentLine.encode({
    segment: key,
    object_id: objectId,
    init: init && { object_id: init.objectId, sha256: init.sha256 },
    size: sizeBytes,
    start: place.start,
    end: place.end,
    last: place.endsAfter,
    shift: place.shift,
    media_end: place.mediaEndTicks,
    discontinuity: place.discontinuity,
  })
}
