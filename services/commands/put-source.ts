import type { SourceMetadata } from '../../contracts/events/source-events.ts'
import { refuseNew } from '../../domain/access/access.ts'
import { decideSource, type SourceCommand, type SourceRejection } from '../../domain/source/source.ts'
import type { CommandServices } from './command-services.ts'
import type { CommandContext } from './event-context.ts'
import { refuseSource, refuseTagChange } from './refuse-access.ts'
import { sourceStream } from './stream-kind.ts'

export type PutSourceOutcome = { readonly refused: SourceRejection } | { readonly created: boolean }

/** Creates or replaces a Source. */
export const putSource = (services: CommandServices, context: CommandContext, source: SourceMetadata) =>
  write(services, context, { type: 'PutSource', source })

/** Creates a Source whose id nobody has. */
export const createSource = (services: CommandServices, context: CommandContext, source: SourceMetadata) =>
  write(services, context, { type: 'CreateSource', source })

function write(
  { run }: CommandServices,
  context: CommandContext,
  command: Extract<SourceCommand, { source: SourceMetadata }>,
) {
  return run(context, async (unit): Promise<PutSourceOutcome> => {
    const stream = await unit.load(sourceStream, command.source.id)
    const before = stream.state
    const { access } = context
    const isReplaced = before.status === 'live' && command.type === 'PutSource'
    const unpermitted = isReplaced
      ? (refuseSource(access, before, 'write') ?? refuseTagChange(access, before.source, command.source))
      : undefined
    if (unpermitted) return { refused: unpermitted }
    const decision = decideSource(command, before)
    if (!decision.accepted) return { refused: decision.rejection }
    const unclaimed = isReplaced ? undefined : refuseNew(access, command.source)
    if (unclaimed) return { refused: unclaimed }
    stream.append(decision.events)
    return { created: before.status !== 'live' }
  })
}
