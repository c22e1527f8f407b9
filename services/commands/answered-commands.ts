import { randomUUID } from 'node:crypto'
import type { CommandAnswered } from '../../contracts/events/command-events.ts'
import { streamName } from '../../contracts/events/stream-name.ts'
import { type EventLog, LogUnavailable, type StreamWrite } from '../ports/event-log.ts'
import type { CommandKey } from './command-key.ts'
import { commandContext } from './event-context.ts'

/** The key came before, with another request. */
export class KeyReused extends Error {
  override readonly name = 'KeyReused'
}

export type EarlierAnswer = {
  readonly outcome: unknown
  /** Of the append that carried the command out. */
  readonly position: number
  readonly timeMs: number
}

/**
 * What an append holds of the command it carries out: its answer, and that there was none. A twin that comes at
 * the turn of a period writes it to another stream, so the streams of the periods beside are checked as well.
 *
 * Written last: a log that cannot write to several streams at once may be left with a deed that has no answer,
 * which is then done again as any repeated request is, but never with an answer to what was not done.
 */
export const answerWrites = (key: CommandKey, outcome: unknown): readonly StreamWrite[] => {
  const { fingerprint } = key
  const data = outcome === undefined ? { fingerprint } : { fingerprint, outcome }
  const answered: CommandAnswered = { type: 'CommandAnswered', data }
  const [now, before, after] = streamsOf(key)
  return [
    { stream: now, expectedRevision: 'none', events: [answered], beside: true },
    { stream: before, expectedRevision: 'none', events: [] },
    { stream: after, expectedRevision: 'none', events: [] },
  ]
}

/** @throws KeyReused */
export async function earlierAnswer(log: EventLog, key: CommandKey): Promise<EarlierAnswer | undefined> {
  for (const [stream, [event]] of await log.loadStreams(streamsOf(key), 1)) {
    if (event?.type !== 'CommandAnswered') continue
    const { fingerprint, outcome } = event.data
    if (fingerprint !== key.fingerprint) throw new KeyReused()
    const { position, timeMs } = await placeOf(log, stream)
    return { outcome, position, timeMs }
  }
  return undefined
}

/** The answer may be so new that the log has not put it in order yet: once it is checked, it has. */
async function placeOf(log: EventLog, stream: string): Promise<{ position: number; timeMs: number }> {
  const [known] = await log.readStream(stream, 0, 1)
  if (known) return known
  const context = commandContext(randomUUID(), null)
  await log.append(context, [{ stream, expectedRevision: 0, events: [] }])
  const [event] = await log.readStream(stream, 0, 1)
  if (!event) throw new LogUnavailable('the answer is not in order yet')
  return event
}

/** Whether any of these commands has an answer. */
export async function isAnyAnswered(log: EventLog, keys: readonly CommandKey[]): Promise<boolean> {
  const streams = await log.loadStreams(keys.flatMap(streamsOf), 1)
  return [...streams.values()].some((events) => events.length > 0)
}

/**
 * A key has one stream a period, so that it is forgotten without anyone removing it. The names of a period's
 * streams lie together: what the log's index grows by is not scattered all over it.
 */
const streamsOf = ({ digest, days, period }: CommandKey): [now: string, before: string, after: string] => {
  const streamIn = (each: number): string => {
    const firstDay = String(each * days).padStart(6, '0')
    return streamName.command(`${firstDay}-${digest}`)
  }
  return [streamIn(period), streamIn(period - 1), streamIn(period + 1)]
}
