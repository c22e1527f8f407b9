import { COMMAND_REJECTED, SEGMENTS_REGISTERED } from '../../contracts/events/public/segment-commands.ts'
import { errorBody } from '../api/http/error-answer.ts'
import { refusalFor } from '../api/http/rejection.ts'
import { failedSegment } from '../api/segments/failed-segment.ts'
import { KeyReused } from '../commands/answered-commands.ts'
import { commandKey, idByKey } from '../commands/command-key.ts'
import type { CommandServices } from '../commands/command-services.ts'
import { keyedContext } from '../commands/event-context.ts'
import { type RegisterSegmentsOutcome, registerSegments } from '../commands/register-segments.ts'
import type { CommandResult } from '../commands/run-command.ts'
import { type Answer, idOfPlace, type MessagePlace } from './answer.ts'
import type { SegmentCommand, Unreadable } from './read-command.ts'

/** Topics keep their messages for a week unless told otherwise: a consumer may come upon one after days. */
const KEYS_KEPT_DAYS = 7
/** An answer stays well below the megabyte that topics take by default. */
const FAILURES_TOLD_CHARACTERS = 300_000

/** Carries a command out, or finds what came of it before. @throws what `isPassingTrouble` knows */
export async function carryOut(
  services: CommandServices,
  command: SegmentCommand,
  place: MessagePlace,
  messageMs: number,
): Promise<Answer> {
  const { source, id, flow_id, segments, said } = command
  const key = commandKey({
    channel: 'kafka',
    actor: null,
    key: JSON.stringify([source, id]),
    request: [flow_id, said],
    days: KEYS_KEPT_DAYS,
    nowMs: Date.now(),
  })
  try {
    const result = await registerSegments(services, keyedContext(key, id, null), flow_id, segments)
    return answerOf(command, idByKey(key), result, place)
  } catch (error) {
    if (!(error instanceof KeyReused)) throw error
    const reused = {
      type: 'event_id_reused',
      summary: 'id: came before from this source, with another command',
    }
    return rejected({ source, id, flow_id, error: reused }, place, messageMs)
  }
}

/** The answer to what is no command, or is refused. @param id of the answer, where it has one */
export function rejected(
  { source, id: command_id, flow_id, error }: Unreadable,
  place: MessagePlace,
  timeMs: number,
  id = idOfPlace(place),
): Answer {
  const { topic, partition, offset } = place
  const isNamed = source !== undefined && command_id !== undefined
  return {
    id,
    timeMs,
    flow_id,
    type: COMMAND_REJECTED,
    data: {
      ...(isNamed && { command: { source, id: command_id } }),
      ...(flow_id !== undefined && { flow_id }),
      error: errorBody(error.type, error.summary, timeMs),
      message: { topic, partition, offset },
    },
  }
}

function answerOf(
  command: SegmentCommand,
  id: string,
  { outcome, position, timeMs }: CommandResult<RegisterSegmentsOutcome>,
  place: MessagePlace,
): Answer {
  const { source, id: command_id, flow_id, isList } = command
  const refusal = refusalIn(outcome, isList)
  if (refusal) {
    const { type, message: summary } = refusalFor(refusal)
    return rejected({ source, id: command_id, flow_id, error: { type, summary } }, place, timeMs, id)
  }
  const { failed, registered } = outcome as Extract<RegisterSegmentsOutcome, { registered: number }>
  return {
    id,
    timeMs,
    flow_id,
    type: SEGMENTS_REGISTERED,
    data: {
      command: { source, id: command_id },
      flow_id,
      position,
      registered,
      failed: failed.length,
      failed_segments: asManyAsFit(failed.map((failure) => failedSegment(failure, timeMs))),
    },
  }
}

/** A segment that came alone is refused as a whole, as it is by HTTP. */
function refusalIn(outcome: RegisterSegmentsOutcome, isList: boolean) {
  if ('refused' in outcome) return outcome.refused
  return isList ? undefined : outcome.failed[0]?.rejection
}

function asManyAsFit<T>(failures: readonly T[]): T[] {
  let room = FAILURES_TOLD_CHARACTERS
  const end = failures.findIndex((failure) => {
    room -= JSON.stringify(failure).length
    return room < 0
  })
  return end === -1 ? [...failures] : failures.slice(0, end)
}
