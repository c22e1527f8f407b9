import type { EventContext } from '../../contracts/events/recorded-event.ts'
import { decideSource, type SourceRejection } from '../../domain/source/source.ts'
import type { SourceChange } from '../../domain/source/source-change.ts'
import type { CommandServices } from './command-services.ts'
import { sourceStream } from './stream-kind.ts'

export type ChangeSourceOutcome = { readonly refused: SourceRejection } | { readonly changed: boolean }

/**
 * Changes one property of a Source and leaves the others as they are, whoever else changes them meanwhile.
 * @see TAMS PUT_sources-sourceId-label and its like
 */
export function changeSource(
  { run }: CommandServices,
  context: EventContext,
  source_id: string,
  change: SourceChange,
) {
  return run(context, async (unit): Promise<ChangeSourceOutcome> => {
    const source = await unit.load(sourceStream, source_id)
    const decision = decideSource({ type: 'ChangeSource', change }, source.state)
    if (!decision.accepted) return { refused: decision.rejection }
    source.append(decision.events)
    return { changed: decision.events.length > 0 }
  })
}
