import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openEventLog } from '../../../services/adapters/event-log/open-event-log.ts'
import type { Bench } from '../bench.ts'
import { WrongAnswer } from '../load/exchange.ts'
import { type Library, writesOf } from '../tams/library.ts'

const FLOWS_AN_APPEND = 500

/**
 * Writes a library's events into the log of a service that is not running yet: a million PUTs would take the
 * better part of an hour, and are not what is measured.
 */
export async function seedLibrary(
  { directory, progress }: Bench,
  dataDirectory: string,
  library: Library,
): Promise<void> {
  const folder = join(directory, dataDirectory)
  mkdirSync(folder, { recursive: true })
  const log = openEventLog(join(folder, 'events.db'))
  const bar = progress.bar('flows', library.count)
  for (let first = 0; first < library.count; first += FLOWS_AN_APPEND) {
    const size = Math.min(FLOWS_AN_APPEND, library.count - first)
    const writes = Array.from({ length: size }, (_, i) => writesOf(library, first + i)).flat()
    const context = { commandId: randomUUID(), actor: null, correlationId: 'benchmark', causationId: null }
    const result = await log.append(context, writes)
    if (!result.ok) throw new WrongAnswer(`the log refused ${result.stream}`)
    bar.advance(size)
  }
  bar.end()
  await log.close()
}
