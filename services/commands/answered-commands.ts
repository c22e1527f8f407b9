import type { CommandAnswered } from '../../contracts/events/command-events.ts'
import { streamName } from '../../contracts/events/stream-name.ts'
import type { EventLog, StreamWrite } from '../ports/event-log.ts'
import type { CommandKey } from './command-key.ts'

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
    { stream: now, expectedRevision: 'none', events: [answered] },
    { stream: before, expectedRevision: 'none', events: [] },
    { stream: after, expectedRevision: 'none', events: [] },
  ]
}

/** @throws KeyReused */
export async function earlierAnswer(log: EventLog, key: CommandKey): Promise<EarlierAnswer | undefined> {
  for (const [event] of (await log.readStreams(streamsOf(key), 1)).values()) {
    if (event?.type !== 'CommandAnswered') continue
    const { fingerprint, outcome } = event.data
    if (fingerprint !== key.fingerprint) throw new KeyReused()
    return { outcome, position: event.position, timeMs: event.timeMs }
  }
  return undefined
}

/** Whether any of these commands has an answer. */
export async function isAnyAnswered(log: EventLog, keys: readonly CommandKey[]): Promise<boolean> {
  const streams = await log.readStreams(keys.flatMap(streamsOf), 1)
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
