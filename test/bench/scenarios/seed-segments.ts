import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { DomainEvent } from '../../../contracts/events/domain-event.ts'
import { streamName } from '../../../contracts/events/stream-name.ts'
import { openEventLog } from '../../../services/adapters/event-log/open-event-log.ts'
import type { StreamWrite } from '../../../services/ports/event-log.ts'
import type { Bench } from '../bench.ts'
import { WrongAnswer } from '../load/exchange.ts'
import { flowIdAt, writesOf } from '../tams/library.ts'

const SEGMENTS_AN_APPEND = 1_000
const SECONDS = 2
/** Media of library flows ends before. */
const START = 1_764_115_237
const SIZE_BYTES = 1_250_000

/** Writes a flow of so many segments, each of an object of its own, into the log of a service that is not running yet. */
export async function seedSegments(
  { directory, progress }: Bench,
  dataDirectory: string,
  count: number,
): Promise<void> {
  const folder = join(directory, dataDirectory)
  mkdirSync(folder, { recursive: true })
  const log = openEventLog(join(folder, 'events.db'))
  const append = async (writes: readonly StreamWrite[]) => {
    const context = { commandId: randomUUID(), actor: null, correlationId: 'benchmark', causationId: null }
    const result = await log.append(context, writes)
    if (!result.ok) throw new WrongAnswer(`the log refused ${result.stream}`)
  }
  const bar = progress.bar('segments', count)
  await append(writesOf({ count: 1 }, 0))
  for (let first = 0; first < count; first += SEGMENTS_AN_APPEND) {
    const size = Math.min(SEGMENTS_AN_APPEND, count - first)
    await append(registration(flowIdAt(0), first, size))
    bar.advance(size)
  }
  bar.end()
  await log.close()
}

function registration(flow_id: string, first: number, size: number): readonly StreamWrite[] {
  const segments = Array.from({ length: size }, (_, index) => {
    const start = START + SECONDS * (first + index)
    return { object_id: `0192${first + index}-object`, timerange: `[${start}:0_${start + SECONDS}:0)` }
  })
  const added: DomainEvent = { type: 'SegmentsAdded', data: { flow_id, segments } }
  const referenced = ({ object_id, timerange }: (typeof segments)[number]): StreamWrite => ({
    stream: streamName.object(object_id),
    expectedRevision: 'none',
    events: [
      {
        type: 'ObjectReferenced',
        data: {
          object_id,
          flow_id,
          role: 'media',
          count: 1,
          registration: { timerange, media: { size_bytes: SIZE_BYTES, checksums: [] } },
        },
      },
    ],
  })
  return [
    ...segments.map(referenced),
    { stream: streamName.timeline(flow_id), expectedRevision: 'any', events: [added] },
  ]
}
