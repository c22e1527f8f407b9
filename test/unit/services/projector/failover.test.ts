import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { VastDb } from '../../../../services/adapters/vast-db/connect.ts'
import { keepViews, NO_REST } from '../../../../services/analytics/keep-views.ts'
import { type CommandHarness, openCommandHarness } from '../../../support/command-harness.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { PLACE, projectorOf, type RunningProjector } from '../../../support/projector/running-projector.ts'
import { allRowsInVast, rowsOfLog } from '../../../support/projector/tables-of.ts'
import { withFolder } from '../../../support/running-service.ts'
import type { Received } from '../../../support/vast-db/http/received.ts'
import { type Endpoint, startVastDb, type VastDbServer } from '../../../support/vast-db/vast-db-server.ts'
import { clientOf } from '../../../support/vast-db-client/client-of.ts'

type Scene = {
  readonly harness: CommandHarness
  readonly server: VastDbServer
  /** Three addresses of one database, in the order in which the projector knows them. */
  readonly endpoints: readonly [Endpoint, Endpoint, Endpoint]
  readonly projector: RunningProjector
  /** Whether each address answers, as the projector's client has found. */
  health(): readonly boolean[]
  /** Registers more, waits until the tables have it, and holds them against the log. */
  goOn(): Promise<void>
}

/** @param idleMs how long an address may take for an answer */
const withThree = (use: (scene: Scene) => Promise<void>, idleMs = 60_000) =>
  withFolder(async (folder) => {
    const harness = await openCommandHarness(folder)
    // A transaction that its client has lost sight of is over at once.
    let nowMs = 0
    const server = await startVastDb({ nowMs: () => ++nowMs, expireAfterMs: 200 })
    const endpoints = [
      await server.addEndpoint(),
      await server.addEndpoint(),
      await server.addEndpoint(),
    ] as const
    const views = await keepViews(harness.log, join(folder, 'analytics.db'), NO_REST)
    const reader = await clientOf(server)
    let db: VastDb | undefined
    const projector = projectorOf(harness.log, join(folder, 'catalog.db'), server, {
      viewsPath: join(folder, 'analytics.db'),
      connect: async (signal) => {
        db = await clientOf(server, {
          signal,
          endpoints: endpoints.map(({ url }) => url),
          timeouts: { connectMs: 5_000, idleMs },
          leaveAloneMs: { first: 10, most: 50 },
        })
        return db
      },
    })
    let registered = 0
    const goOn = async () => {
      const ids = Array.from({ length: 5 }, () => `object ${registered++}`)
      await harness.allocate('video', ...ids)
      const from = registered
      await harness.register(
        'video',
        ...ids.map((object_id, at) => ({ object_id, timerange: `[${from + at}:0_${from + at + 1}:0)` })),
      )
      await harness.deleteSegments('video', `[${from}:0_${from + 1}:0)`)
      await harness.catchUp()
      await projector.reached(await harness.log.head())
      expect(await allRowsInVast(reader, PLACE)).toEqual(await rowsOfLog(harness.log))
    }
    try {
      await harness.putFlow(videoFlow('video', 'camera'))
      const health = () => db?.health().map(({ healthy }) => healthy) ?? []
      await use({ harness, server, endpoints, projector, health, goOn })
    } finally {
      await projector.stop()
      await views.stop()
      reader.close()
      await server.close()
      await harness.close()
    }
  })

/** Requests that come by an address. */
const by = ({ url }: Endpoint) => ({
  matches: ({ headers }: Received) => headers['host'] === new URL(url).host,
})

const ALL_WELL = [true, true, true]

describe('a projector with three addresses of one VAST DB', () => {
  it.each([
    ['while rows are written', { method: 'POST', command: 'rows' }],
    ['while it commits', { method: 'PUT', command: 'transaction' }],
    ['while it reads', { method: 'GET', command: 'data' }],
  ])('goes on elsewhere when one dies %s, and uses it again when it is back', (_, request) =>
    withThree(async ({ server, endpoints, health, goOn }) => {
      await goOn()
      expect(health()).toEqual(ALL_WELL)
      const [first] = endpoints
      const died = new Promise<void>((resolve) => {
        const matches = (received: Received) => {
          if (!by(first).matches(received)) return false
          // It is closed with the request on its way, which nobody will see answered.
          void first.close().then(resolve)
          return true
        }
        server.faults.add({ kind: 'cut_after' }, { ...request, matches })
      })
      await goOn()
      await died
      expect(health()).toEqual([false, true, true])

      await server.addEndpoint(first.port)
      const back = async () => {
        await goOn()
        return health()
      }
      await expect.poll(back, { interval: 10 }).toEqual(ALL_WELL)
    }),
  )

  it('leaves one alone that takes too long, and loses nothing by what that does late', () =>
    withThree(async ({ server, endpoints, health, goOn }) => {
      await goOn()
      const [first] = endpoints
      let wake = () => {}
      const until = new Promise<void>((resolve) => {
        wake = resolve
      })
      server.faults.add({ kind: 'wait', until }, { ...by(first), times: Number.POSITIVE_INFINITY })
      await goOn()
      await expect.poll(health, { interval: 10 }).toEqual([false, true, true])
      // What it was asked for, it does now.
      server.faults.clear()
      wake()
      await goOn()
      await expect.poll(health, { interval: 10 }).toEqual(ALL_WELL)
    }, 2_000))

  it('waits where none is left, and goes on at whichever comes back', () =>
    withThree(async ({ server, endpoints, projector, health, goOn }) => {
      await goOn()
      for (const endpoint of endpoints) await endpoint.close()
      const going = goOn()
      await expect.poll(() => projector.state().error, { interval: 5 }).toBeDefined()
      await server.addEndpoint(endpoints[2].port)
      await going
      expect(health()).toEqual([false, false, true])
      expect(projector.state().error).toBeUndefined()
    }))
})
