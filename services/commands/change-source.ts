import { decideSource, type SourceRejection } from '../../domain/source/source.ts'
import { changedSource, type SourceChange } from '../../domain/source/source-change.ts'
import type { CommandServices } from './command-services.ts'
import type { CommandContext } from './event-context.ts'
import { refuseSource, refuseTagChange } from './refuse-access.ts'
import { sourceStream } from './stream-kind.ts'

export type ChangeSourceOutcome = { readonly refused: SourceRejection } | { readonly changed: boolean }

/**
 * Changes one property of a Source and leaves the others as they are, whoever else changes them meanwhile.
 * @see TAMS PUT_sources-sourceId-label and its like
 */
export function changeSource(
  { run }: CommandServices,
  context: CommandContext,
  source_id: string,
  change: SourceChange,
) {
  return run(context, async (unit): Promise<ChangeSourceOutcome> => {
    const source = await unit.load(sourceStream, source_id)
    const { state } = source
    const unpermitted =
      refuseSource(context.access, state, 'write') ??
      (state.status === 'live' && change.property === 'tags'
        ? refuseTagChange(context.access, state.source, changedSource(state.source, change))
        : undefined)
    if (unpermitted) return { refused: unpermitted }
    const decision = decideSource({ type: 'ChangeSource', change }, source.state)
    if (!decision.accepted) return { refused: decision.rejection }
    source.append(decision.events)
    return { changed: decision.events.length > 0 }
  })
}
