import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keepViews, NO_REST } from '../../../../services/analytics/keep-views.ts'
import { type CommandHarness, openCommandHarness } from '../../../support/command-harness.ts'
import { oneOfEach } from '../../../support/one-of-each.ts'
import { type PlannedFault, randomFaults } from '../../../support/projector/random-faults.ts'
import { PLACE, projectorOf } from '../../../support/projector/running-projector.ts'
import { allRowsInVast, rowsOfLog } from '../../../support/projector/tables-of.ts'
import { type RandomCommand, randomCommands, randomReturns } from '../../../support/random-commands.ts'
import { withFolder } from '../../../support/running-service.ts'
import { startVastDb } from '../../../support/vast-db/vast-db-server.ts'
import { clientOf } from '../../../support/vast-db-client/client-of.ts'

/** A life of a projector: commands while it runs, and how many rows make a batch. */
type Life = { readonly commands: readonly RandomCommand[]; readonly rows: number }

/** Ends each life as it is, whatever is under way; the last one may catch up. */
async function live(
  folder: string,
  harness: CommandHarness,
  lives: readonly Life[],
  faults: readonly PlannedFault[],
) {
  // Transactions that nobody could end are in the way until they expire.
  let nowMs = 0
  const server = await startVastDb({ nowMs: () => nowMs, expireAfterMs: 1 })
  const db = await clientOf(server)
  const path = join(folder, 'catalog.db')
  const viewsPath = join(folder, 'analytics.db')
  try {
    for (const { fault, target } of faults) server.faults.add(fault, target)
    for (const [index, { commands, rows }] of lives.entries()) {
      const views = await keepViews(harness.log, viewsPath, NO_REST)
      const projector = projectorOf(harness.log, path, server, { viewsPath, limits: { rows } as never })
      for (const command of commands) await command(harness)
      await harness.catchUp()
      if (index === lives.length - 1) {
        server.faults.clear()
        nowMs++
        await projector.reached(await harness.log.head())
      }
      await projector.stop()
      await views.stop()
      nowMs++
    }
    expect(await allRowsInVast(db, PLACE)).toEqual(await rowsOfLog(harness.log))
  } finally {
    db.close()
    await server.close()
  }
}

const inLives = (commands: readonly RandomCommand[], cuts: readonly number[], rows: number): Life[] => {
  const ends = [...cuts.map((cut) => cut % (commands.length + 1)), commands.length].sort((a, b) => a - b)
  return ends.map((end, index) => ({ commands: commands.slice(ends[index - 1] ?? 0, end), rows }))
}

const cuts = fc.array(fc.nat(), { maxLength: 4 })
const rows = fc.constantFrom(1, 3, 20, 1000)

const check = (
  commands: fc.Arbitrary<readonly RandomCommand[]>,
  faults: fc.Arbitrary<readonly PlannedFault[]>,
  numRuns: number,
) =>
  fc.assert(
    fc.asyncProperty(commands, cuts, rows, faults, (sequence, ends, size, troubles) =>
      withFolder(async (folder) => {
        const harness = await openCommandHarness(folder)
        try {
          await live(folder, harness, inLives(sequence, ends, size), troubles)
        } finally {
          await harness.close()
        }
      }),
    ),
    { numRuns, endOnFailure: true, examples: [[oneOfEach, [], 1, []]] },
  )

describe('the projector', () => {
  it('makes the tables what the log says, whatever happened', () =>
    check(randomCommands(60), fc.constant([]), 8))

  it('has both sides of a collection say the same, as flows come and go', () =>
    check(randomReturns(60), fc.constant([]), 8))

  it('writes nothing twice and loses nothing, whatever befalls its requests', () =>
    check(randomCommands(60), randomFaults, 10))
})
