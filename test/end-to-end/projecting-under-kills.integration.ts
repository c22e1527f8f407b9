import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { VastDb } from '../../services/adapters/vast-db/connect.ts'
import { isVastDbError } from '../../services/adapters/vast-db/vast-db-error.ts'
import { LOG, readCheckpoints } from '../../services/projector/checkpoints.ts'
import { VIEWS_ROW } from '../../services/projector/views/view-checkpoint.ts'
import { openCommandHarness } from '../support/command-harness.ts'
import { oneOfEach } from '../support/one-of-each.ts'
import { type PlannedFault, randomFaults } from '../support/projector/random-faults.ts'
import { PLACE } from '../support/projector/running-projector.ts'
import { allRowsInVast, rowsOfLog } from '../support/projector/tables-of.ts'
import { type RandomCommand, randomCommands } from '../support/random-commands.ts'
import { startCli } from '../support/run-cli.ts'
import { withFolder } from '../support/running-service.ts'
import { startVastDb } from '../support/vast-db/vast-db-server.ts'
import { clientOf } from '../support/vast-db-client/client-of.ts'

/** A life of the process that projects: what is done while it runs, and for how long it runs after that. */
type Life = {
  readonly commands: readonly RandomCommand[]
  readonly faults: readonly PlannedFault[]
  readonly runsMs: number
  /** One of the two addresses goes in the middle of it, and comes back. */
  readonly losesAddress: boolean
}

const life: fc.Arbitrary<Life> = fc.record({
  commands: randomCommands(40),
  faults: randomFaults,
  runsMs: fc.nat({ max: 3_000 }),
  losesAddress: fc.boolean(),
})

/** As the tables say, of those of resources and those of views. */
const positions = (db: VastDb): Promise<readonly (number | undefined)[]> =>
  db
    .transaction(async (tx) => {
      const checkpoints = await readCheckpoints(tx.table({ ...PLACE, table: 'framelog_checkpoint' }))
      return [LOG, VIEWS_ROW].map((row) => checkpoints.get(row)?.position)
    })
    .catch((error) => {
      if (isVastDbError(error, 'not_found')) return []
      throw error
    })

describe('a process that projects', () => {
  it('has tables and views be what the log says, whatever is done, killed, cut off or gone', () =>
    fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 2, maxLength: 4 }), (lives) =>
        withFolder((folder) => live(folder, lives)),
      ),
      {
        numRuns: 6,
        endOnFailure: true,
        examples: [[[{ commands: oneOfEach, faults: [], runsMs: 1_000, losesAddress: true }]]],
      },
    ))
})

async function live(folder: string, lives: readonly Life[]): Promise<void> {
  // What a killed process held is in the way of the next one until it expires.
  let nowMs = 0
  const server = await startVastDb({ nowMs: () => nowMs, expireAfterMs: 1 })
  let first = await server.addEndpoint()
  const second = await server.addEndpoint()
  const db = await clientOf(server)
  const harness = await openCommandHarness(folder)
  const start = () =>
    startCli(['vast', 'project'], {
      DATA_DIR: folder,
      LOG_LEVEL: 'silent',
      VAST_ENDPOINT: `${first.url},${second.url}`,
      VAST_ACCESS_KEY: server.account.accessKeyId,
      VAST_SECRET_KEY: server.account.secretAccessKey,
      VAST_BUCKET: PLACE.bucket,
      VAST_SCHEMA: PLACE.schema,
    })
  try {
    for (const { commands, faults, runsMs, losesAddress } of lives) {
      for (const { fault, target } of faults) server.faults.add(fault, target)
      const projecting = start()
      // It says so.
      await once(projecting.process.stderr!, 'data')
      for (const command of commands) await command(harness)
      await harness.catchUp()
      await delay(runsMs / 2)
      if (losesAddress) await first.close()
      await delay(runsMs / 2)
      projecting.process.kill('SIGKILL')
      await projecting.ended
      if (losesAddress) first = await server.addEndpoint(first.port)
      nowMs++
    }
    server.faults.clear()
    const projecting = start()
    const head = await harness.log.head()
    await expect.poll(() => positions(db), { interval: 50, timeout: 300_000 }).toEqual([head, head])
    projecting.process.kill('SIGTERM')
    expect(await projecting.ended).toMatchObject({ code: 0 })
    expect(await allRowsInVast(db, PLACE)).toEqual(await rowsOfLog(harness.log))
  } finally {
    await harness.close()
    db.close()
    await server.close()
  }
}
