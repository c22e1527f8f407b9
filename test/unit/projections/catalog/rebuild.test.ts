import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RecordedEvent } from '../../../../contracts/events/recorded-event.ts'
import { openCatalogDatabase } from '../../../../projections/catalog/catalog-database.ts'
import { catalogWriter } from '../../../../projections/catalog/catalog-writer.ts'
import { openCommandHarness, soundModelOf, wholeLog } from '../../../support/command-harness.ts'
import { dumpCatalog } from '../../../support/dump-catalog.ts'
import { catalogOf } from '../../../support/model-catalog.ts'
import { oneOfEach } from '../../../support/one-of-each.ts'
import { type RandomCommand, randomCommands, randomReturns } from '../../../support/random-commands.ts'
import { withFolder } from '../../../support/running-service.ts'

/** Runs commands on a log of their own. @returns what became of it, and the catalog that followed it */
async function run(folder: string, commands: readonly RandomCommand[]) {
  const harness = await openCommandHarness(folder)
  for (const command of commands) await command(harness)
  await harness.catchUp()
  const events = await wholeLog(harness.log)
  const model = await soundModelOf(harness.log)
  await harness.close()
  return { events, model, followed: dumpCatalog(join(folder, 'catalog.db')) }
}

/** Builds a catalog in batches of these sizes, each by a writer that has just opened the file. */
function built(path: string, events: readonly RecordedEvent[], sizes: readonly number[]) {
  for (let done = 0, batch = 0; done < events.length; batch++) {
    const database = openCatalogDatabase(path)
    const writer = catalogWriter(database)
    expect(writer.position()).toBe(done)
    const end = Math.min(done + sizes[batch % sizes.length]!, events.length)
    writer.apply(events.slice(done, end))
    database.close()
    done = end
  }
  return dumpCatalog(path)
}

const EVERY_EVENT = [
  'CommandAnswered',
  'DeletionCancelled',
  'DeletionCompleted',
  'DeletionFailed',
  'DeletionForgotten',
  'DeletionProgressed',
  'DeletionReleased',
  'DeletionRequested',
  'DeletionStarted',
  'FlowAttached',
  'FlowCreated',
  'FlowDeleted',
  'FlowDetached',
  'FlowRestored',
  'FlowUpdated',
  'InstanceAdded',
  'InstanceFailed',
  'InstancePurged',
  'InstanceRemoved',
  'InstanceRequested',
  'InstanceStored',
  'ObjectAllocated',
  'ObjectDereferenced',
  'ObjectMeasured',
  'ObjectPurged',
  'ObjectReferenced',
  'ObjectRegistered',
  'ObjectRetired',
  'ProfileCreated',
  'SegmentTagRemoved',
  'SegmentTagSet',
  'SegmentsAdded',
  'SegmentsDeleted',
  'ServiceUpdated',
  'SourceCreated',
  'SourceDeleted',
  'SourceRestored',
  'SourceUpdated',
  'WebhookDeleted',
  'WebhookFailed',
  'WebhookRegistered',
  'WebhookReplayed',
  'WebhookStarted',
  'WebhookUpdated',
]

describe('the catalog', () => {
  it('is the same however the log got into it, and is what the log says', async () => {
    const commands = fc.oneof(
      { weight: 3, arbitrary: randomCommands(100) },
      { weight: 1, arbitrary: randomReturns(60) },
    )
    const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 })
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(commands, sizes, (sequence, batches) =>
        withFolder(async (folder) => {
          const { events, model, followed } = await run(folder, sequence)
          for (const { type } of events) seen.add(type)
          const rebuilt = built(join(folder, 'at once.db'), events, [events.length])
          expect(followed).toStrictEqual(rebuilt)
          expect(built(join(folder, 'piecemeal.db'), events, batches)).toStrictEqual(rebuilt)
          const { meta: _, ...tables } = rebuilt
          expect(tables).toEqual(catalogOf(model))
        }),
      ),
      { numRuns: 15, examples: [[oneOfEach, [7]]] },
    )
    expect([...seen].sort()).toStrictEqual(EVERY_EVENT)
  })
})
