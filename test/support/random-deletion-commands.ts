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
  if ('refused' in outcome) return
  asked.set(harness, [outcome.deletion_id, ...(asked.get(harness) ?? [])].slice(0, 3))
}

const requestDeletion: fc.Arbitrary<RandomCommand> = fc.oneof(
  flowId.map((flow_id) => (harness: CommandHarness) => ask(harness, { flow_id, delete_flow: true })),
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
)
