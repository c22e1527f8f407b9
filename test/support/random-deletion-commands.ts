import fc from 'fast-check'
import { parseTimeRange } from '../../contracts/time/timerange.ts'
import type { AskedDeletion } from '../../services/commands/request-deletion.ts'
import { type CommandHarness, KEPT_FOR_SECONDS } from './command-harness.ts'
import type { RandomCommand } from './random-commands.ts'
import { flowId, objectId } from './random-names.ts'
import { range } from './random-timeranges.ts'

/** The last deletions that a harness was asked for. */
const asked = new WeakMap<CommandHarness, string[]>()

async function ask(harness: CommandHarness, deletion: AskedDeletion): Promise<void> {
  const outcome = await harness.requestDeletion(deletion)
  if ('deletion_id' in outcome) note(harness, outcome.deletion_id)
}

function note(harness: CommandHarness, deletion_id: string): void {
  asked.set(harness, [deletion_id, ...(asked.get(harness) ?? [])].slice(0, 3))
}

/** The flows that were deleted last, and may be had back. */
const deleted = new WeakMap<CommandHarness, string[]>()

/** A flow goes, for now or for good. */
export const deleteFlow: fc.Arbitrary<RandomCommand> = flowId.map((id) => async (harness) => {
  const outcome = await harness.deleteFlow(id)
  if (!('deletion_id' in outcome)) return
  note(harness, outcome.deletion_id!)
  deleted.set(harness, [id, ...(deleted.get(harness) ?? [])].slice(0, 3))
})

export const restore: fc.Arbitrary<RandomCommand> = fc.tuple(fc.nat({ max: 2 }), flowId).map(
  ([index, id]) =>
    (harness) =>
      harness.restore(deleted.get(harness)?.[index] ?? id),
)

/** What is deleted can be had back, or cannot. */
const setGrace: fc.Arbitrary<RandomCommand> = fc
  .constantFrom(0, 60, 60)
  .map((seconds) => async (harness) => harness.setGrace(seconds))

export const withGrace: RandomCommand = async (harness) => harness.setGrace(60)

const requestDeletion: fc.Arbitrary<RandomCommand> = fc.oneof(
  fc.tuple(flowId, fc.constantFrom(true, true, false)).map(
    ([flow_id, held]) =>
      (harness: CommandHarness) =>
        ask(harness, { flow_id, delete_flow: true, held }),
  ),
  fc.tuple(flowId, range, fc.option(objectId, { nil: undefined })).map(
    ([flow_id, timerange, object_id]) =>
      (harness: CommandHarness) =>
        ask(harness, {
          flow_id,
          delete_flow: false,
          range: parseTimeRange(timerange),
          ...(object_id !== undefined && { object_id }),
        }),
  ),
)

const workOnDeletion: fc.Arbitrary<RandomCommand> = fc
  .tuple(
    fc.nat({ max: 2 }),
    fc.integer({ min: 1, max: 3 }),
    fc.constantFrom(...Array(7).fill('advance'), 'fail'),
  )
  .map(([index, segmentsPerChunk, work]) => async (harness) => {
    const id = asked.get(harness)?.[index]
    if (id === undefined) return
    await (work === 'fail' ? harness.fail(id) : harness.advance(id, segmentsPerChunk))
  })

/** Now, or when all have expired. */
const forget: fc.Arbitrary<RandomCommand> = fc
  .constantFrom(0, 2 * KEPT_FOR_SECONDS * 1000)
  .map((laterMs) => (harness) => harness.forget(Date.now() + laterMs))

export const randomDeletionCommand: fc.Arbitrary<RandomCommand> = fc.oneof(
  { weight: 2, arbitrary: requestDeletion },
  { weight: 8, arbitrary: workOnDeletion },
  { weight: 1, arbitrary: forget },
  { weight: 4, arbitrary: restore },
  { weight: 1, arbitrary: setGrace },
)
