import { COMMAND_REJECTED, SEGMENTS_REGISTERED } from '../../contracts/events/public/segment-commands.ts'
import { errorBody } from '../api/http/error-answer.ts'
import { refusalFor } from '../api/http/rejection.ts'
import { failedSegment } from '../api/segments/failed-segment.ts'
import { KeyReused } from '../commands/answered-commands.ts'
import { type CommandKey, commandKey, idByKey } from '../commands/command-key.ts'
import type { CommandServices } from '../commands/command-services.ts'
import { commandContext, keyedContext } from '../commands/event-context.ts'
import { type RegisterSegmentsOutcome, registerSegments } from '../commands/register-segments.ts'
import { registerTogether } from '../commands/register-together.ts'
import type { CommandResult } from '../commands/run-command.ts'
import type { EventLog } from '../ports/event-log.ts'
import { type Answer, idOfPlace, type MessagePlace } from './answer.ts'
import type { SegmentCommand, Unreadable } from './read-command.ts'

/** Topics keep their messages for a week unless told otherwise: a consumer may come upon one after days. */
const KEYS_KEPT_DAYS = 7
/** An answer stays well below the megabyte that topics take by default. */
const FAILURES_TOLD_BYTES = 300_000

export type CarryOutServices = CommandServices & { readonly log: EventLog }

/** A command, and the message that brought it. */
export type BroughtCommand = {
  readonly command: SegmentCommand
  readonly place: MessagePlace
  /** When the message was written: UTC, milliseconds. */
  readonly messageMs: number
}

/** Carries a command out, or finds what came of it before. @throws what `isPassingTrouble` knows */
export async function carryOut(services: CarryOutServices, brought: BroughtCommand): Promise<Answer> {
  const { command, place, messageMs } = brought
  const { source, id, flow_id, segments } = command
  try {
    // What was read and not yet said to be done comes again after every restart.
    const context = { ...keyedContext(keyOf(command), id, null), isOftenRepeated: true }
    const result = await registerSegments(services, context, flow_id, segments)
    return answerOf(brought, result)
  } catch (error) {
    if (!(error instanceof KeyReused)) throw error
    const reused = {
      type: 'event_id_reused',
      summary: 'id: came before from this source, with another command',
    }
    return rejected({ source, id, flow_id, error: reused }, place, messageMs)
  }
}

/**
 * Carries out several commands for one Flow at the price of one, where none of them is refused anything.
 * @returns undefined where they are to be carried out one by one: nothing was done
 */
export async function carryOutTogether(
  services: CarryOutServices,
  brought: readonly BroughtCommand[],
): Promise<readonly Answer[] | undefined> {
  const { id, flow_id } = brought[0]!.command
  const registrations = brought.map(({ command }) => ({ key: keyOf(command), segments: command.segments }))
  const results = await registerTogether(services, commandContext(id, null), flow_id, registrations)
  return results?.map((result, index) => answerOf(brought[index]!, result))
}

const keyOf = ({ source, id, flow_id, said }: SegmentCommand): CommandKey =>
  commandKey({
    channel: 'kafka',
    actor: null,
    key: JSON.stringify([source, id]),
    request: [flow_id, said],
    days: KEYS_KEPT_DAYS,
    nowMs: Date.now(),
  })

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
  { command, place }: BroughtCommand,
  { outcome, position, timeMs }: CommandResult<RegisterSegmentsOutcome>,
): Answer {
  const id = idByKey(keyOf(command))
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
  let room = FAILURES_TOLD_BYTES
  const end = failures.findIndex((failure) => {
    room -= Buffer.byteLength(JSON.stringify(failure))
    return room < 0
  })
  return end === -1 ? [...failures] : failures.slice(0, end)
}
