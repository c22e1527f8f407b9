import type { EventContext } from '../../contracts/events/recorded-event.ts'
import { decideDeletion } from '../../domain/deletion/deletion.ts'
import type { CommandServices } from './command-services.ts'
import { deletionStream } from './stream-kind.ts'

const DELETIONS_PER_APPEND = 100

/**
 * Forgets deletion requests whose time to be shown was over by `nowMs`, some at a time.
 * @returns how many: fewer than there were, if it is a hundred
 */
export async function forgetDeletions(
  { run, catalog }: CommandServices,
  context: EventContext,
  nowMs: number,
): Promise<number> {
  const expired = catalog.reader.expiredDeletions(nowMs, DELETIONS_PER_APPEND)
  if (expired.length === 0) return 0
  const { position } = await run(context, async (unit) => {
    for (const deletion_id of expired) {
      const deletion = await unit.load(deletionStream, deletion_id)
      const decision = decideDeletion({ type: 'ForgetDeletion', deletion_id }, deletion.state)
      if (decision.accepted) deletion.append(decision.events)
    }
  })
  await catalog.reached(position)
  return expired.length
}
