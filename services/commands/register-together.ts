import type { EventContext } from '../../contracts/events/recorded-event.ts'
import type { FlowSegmentPost } from '../../contracts/resources/flow-segment.ts'
import type { EventLog } from '../ports/event-log.ts'
import { isAnyAnswered } from './answered-commands.ts'
import type { CommandKey } from './command-key.ts'
import type { CommandServices } from './command-services.ts'
import { decideRegistration, type RegisterSegmentsOutcome } from './register-segments.ts'
import type { CommandResult } from './run-command.ts'

export type KeyedRegistration = { readonly key: CommandKey; readonly segments: readonly FlowSegmentPost[] }

/** They do not all go through, or some went through before: nothing was done. */
class NotTogether extends Error {
  override readonly name = 'NotTogether'
}

/**
 * Carries out several registrations for one Flow in one append, if each of them goes through whole and none did
 * before. Then it is as if they had come one after the other, at the price of one.
 * @param registrations of different keys
 * @returns what came of each; undefined where they are to be carried out one by one
 */
export async function registerTogether(
  services: CommandServices & { readonly log: EventLog },
  context: EventContext,
  flow_id: string,
  registrations: readonly KeyedRegistration[],
): Promise<readonly CommandResult<RegisterSegmentsOutcome>[] | undefined> {
  const keys = registrations.map(({ key }) => key)
  const outcomes = registrations.map(({ segments }) => ({ failed: [], registered: segments.length }))
  const all = registrations.flatMap(({ segments }) => segments)
  try {
    const { position, timeMs } = await services.run(context, async (unit) => {
      if (await isAnyAnswered(services.log, keys)) throw new NotTogether()
      const outcome = await decideRegistration(services, unit, flow_id, all)
      if ('refused' in outcome || outcome.failed.length > 0) throw new NotTogether()
      for (const [index, key] of keys.entries()) unit.answer(key, outcomes[index])
    })
    // The answers are the last events of the append, in this order.
    const first = position - keys.length + 1
    return outcomes.map((outcome, index) => ({
      outcome,
      position: first + index,
      timeMs,
      isRepeat: false,
    }))
  } catch (error) {
    if (error instanceof NotTogether) return undefined
    throw error
  }
}
