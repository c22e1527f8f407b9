import { randomInt, randomUUID } from 'node:crypto'
import { writeSync } from 'node:fs'
import { openSqliteEventLog } from '../../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import type { AppendResult, StreamWrite } from '../../../services/ports/event-log.ts'
import { aContext, anEvent } from './events.ts'

/**
 * Appends to a log until it is killed: many writers at once, each append over several streams, one stream
 * shared by all processes. What was acknowledged is told on standard output, one line each, afterwards.
 *
 * node crash-writer.js <path> <consumer>
 */
const [path, consumer] = process.argv.slice(2)
if (!path || !consumer) throw new Error('usage: crash-writer <path> <consumer>')

const log = openSqliteEventLog({ path })
const WRITERS = 16
const tell = (...words: (string | number)[]): void => {
  writeSync(1, `${words.join(' ')}\n`)
}

async function write(): Promise<never> {
  const own = `timeline-${randomUUID()}`
  let revision = -1
  for (let turn = 1; ; turn++) {
    const streams = [own, ...Array.from({ length: randomInt(4) }, () => `object-${randomUUID()}`)]
    const result = await append(streams, revision)
    if (!result.ok) throw new Error(`refused: ${JSON.stringify(result)}`)
    revision = result.revisions[0]!
    if (turn % 8 !== 0) continue
    await log.saveCheckpoint(consumer!, result.position)
    tell('checkpoint', result.position)
  }
}

/** The shared stream is written without expectation every other time; otherwise until the guess is right. */
async function append(streams: readonly string[], revision: number): Promise<AppendResult> {
  const context = aContext()
  const counts = streams.map(() => 1 + randomInt(3))
  const total = counts.reduce((sum, count) => sum + count, 1)
  let index = 0
  const event = () =>
    anEvent(`${context.commandId} ${index++} ${total} ${'x'.repeat(randomInt(2) * randomInt(9000))}`)
  const writes: StreamWrite[] = streams.map((stream, n) => ({
    stream,
    expectedRevision: n === 0 && revision >= 0 ? revision : 'none',
    events: Array.from({ length: counts[n]! }, event),
  }))
  let expectedRevision: number | 'none' | 'any' = randomInt(2) === 0 ? 'any' : 'none'
  const shared = [event()]
  for (;;) {
    const result: AppendResult = await log.append(context, [
      ...writes,
      { stream: 'flow-shared', expectedRevision, events: shared },
    ])
    if (!result.ok && result.stream === 'flow-shared') {
      expectedRevision = result.actual
      continue
    }
    if (result.ok) tell('appended', context.commandId, result.position, total)
    return result
  }
}

await Promise.all(Array.from({ length: WRITERS }, write))
