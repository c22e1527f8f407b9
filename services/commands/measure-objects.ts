import type { EventContext } from '../../contracts/events/recorded-event.ts'
import type { MeasureObject } from '../../domain/media-object/measurement.ts'
import { decideObject } from '../../domain/media-object/media-object.ts'
import type { CommandServices } from './command-services.ts'
import { objectStream } from './stream-kind.ts'

/** What a Storage Backend answered about an object. */
export type Measurement = Omit<MeasureObject, 'type'>

/** Records what is not recorded yet, as one append. @returns how many there were */
export function measureObjects(
  { run }: CommandServices,
  context: EventContext,
  measurements: readonly Measurement[],
) {
  return run(context, async (unit) => {
    let recorded = 0
    await unit.preload(
      objectStream,
      measurements.map(({ object_id }) => object_id),
    )
    for (const measurement of measurements) {
      const object = await unit.load(objectStream, measurement.object_id)
      const decision = decideObject({ type: 'MeasureObject', ...measurement }, object.state)
      if (!decision.accepted) continue
      object.appendBeside(decision.events)
      recorded += decision.events.length
    }
    return recorded
  })
}
