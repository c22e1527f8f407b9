import type { EventContext } from '../../contracts/events/recorded-event.ts'
import type { SourceMetadata } from '../../contracts/events/source-events.ts'
import { decideSource, type SourceCommand, type SourceRejection } from '../../domain/source/source.ts'
import type { CommandServices } from './command-services.ts'
import { sourceStream } from './stream-kind.ts'

export type PutSourceOutcome = { readonly refused: SourceRejection } | { readonly created: boolean }

/** Creates or replaces a Source. */
export const putSource = (services: CommandServices, context: EventContext, source: SourceMetadata) =>
  write(services, context, { type: 'PutSource', source })

/** Creates a Source whose id nobody has. */
export const createSource = (services: CommandServices, context: EventContext, source: SourceMetadata) =>
  write(services, context, { type: 'CreateSource', source })

function write(
  { run }: CommandServices,
  context: EventContext,
  command: Extract<SourceCommand, { source: SourceMetadata }>,
) {
  return run(context, async (unit): Promise<PutSourceOutcome> => {
    const stream = await unit.load(sourceStream, command.source.id)
    const before = stream.state
    const decision = decideSource(command, before)
    if (!decision.accepted) return { refused: decision.rejection }
    stream.append(decision.events)
    return { created: before.status !== 'live' }
  })
}
