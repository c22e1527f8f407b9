import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTimeRange } from '../../../../../contracts/time/timerange.ts'
import { createCatalogDatabase } from '../../../../../projections/catalog/catalog-database.ts'
import { catalogWriter } from '../../../../../projections/catalog/catalog-writer.ts'
import type { ApiServices } from '../../../../../services/api/api-services.ts'
import { renderFlow } from '../../../../../services/api/flows/render-flow.ts'
import { answerPastFlow } from '../../../../../services/api/history/past-flow.ts'
import { answerPastObject } from '../../../../../services/api/history/past-object.ts'
import { pastSegments } from '../../../../../services/api/history/past-segments.ts'
import { answerPastSource } from '../../../../../services/api/history/past-source.ts'
import type { Answer } from '../../../../../services/api/http/answer.ts'
import { HttpRefusal } from '../../../../../services/api/http/http-refusal.ts'
import { renderObject } from '../../../../../services/api/objects/render-object.ts'
import { urlSelection } from '../../../../../services/api/objects/url-selection.ts'
import { renderSource } from '../../../../../services/api/sources/render-source.ts'
import { type CatalogReader, catalogReader } from '../../../../../services/catalog/catalog-reader.ts'
import type { SegmentPageRow } from '../../../../../services/catalog/segment-page-row.ts'
import { pastCatalogs } from '../../../../../services/history/past-catalogs.ts'
import { sealer } from '../../../../../services/sealing/sealer.ts'
import { type CommandHarness, openCommandHarness, wholeLog } from '../../../../support/command-harness.ts'
import {
  type RandomCommand,
  randomCommands,
  randomFlowCommands,
  randomReturns,
} from '../../../../support/random-commands.ts'
import { FLOWS, OBJECTS, SOURCES } from '../../../../support/random-names.ts'
import { withFolder } from '../../../../support/running-service.ts'

const servicesOf = ({ services, log }: CommandHarness): ApiServices => ({
  ...services,
  log,
  pastCatalogs: pastCatalogs(),
  outboundPolicy: { allowedNetworks: [], allowsLoopback: false },
  webhookKeys: sealer(Buffer.alloc(32)),
  deleteWaitMs: 0,
  deletionRetentionSeconds: 60,
  segmentsDeleted: () => {},
  now: () => 0,
  publicUrl: () => 'http://here',
  serviceVersion: '0',
  minObjectTimeout: 0,
  minPresignedUrlTimeout: 0,
})

/** The body, or undefined for a 404. */
async function bodyOf(answer: Promise<Answer>): Promise<string | undefined> {
  try {
    return (await answer).json
  } catch (error) {
    if (error instanceof HttpRefusal && error.status === 404) return undefined
    throw error
  }
}

/** URLs of storage backends are made as things are now: those of others are as they were. */
const urls = { accept_get_urls: ['web', 'mirror'] }

/** What is told of everything, with the catalog as it was. */
function toldBy(reader: CatalogReader, { storageBackends }: ApiServices, timerange: string) {
  const range = parseTimeRange(timerange)
  const renderUrls = urlSelection(storageBackends, reader, urls, 0)
  return {
    flows: FLOWS.map((id) => {
      const row = reader.flow(id)
      return row && renderFlow(row, reader.extent(id, range))
    }),
    sources: SOURCES.map((id) => {
      const row = reader.source(id)
      return row && renderSource(row)
    }),
    objects: OBJECTS.map((id) => {
      const row = reader.object(id)
      if (!row || row.role === null) return undefined
      const flows = reader.flowsOf(row, { conditions: [], after: '', limit: 100 })
      return JSON.stringify(renderObject(reader, row, flows, { renderUrls, withChecksums: true }))
    }),
    segments: FLOWS.flatMap((flow_id) =>
      [false, true].map((reverse) => {
        const { rows } = reader.page({ flow_id, range, reverse, limit: 1000 })
        return reader.flow(flow_id) ? rows.map(withoutPlace) : []
      }),
    ),
  }
}

/** The same with today's catalog and the log. */
async function toldAsOf(services: ApiServices, position: number, timerange: string) {
  const as_of = String(position)
  const pagingAt = () => ({ limit: 100, from: undefined, headers: () => ({}) })
  const range = parseTimeRange(timerange)
  return {
    flows: await inTurn(FLOWS, (flow_id) => bodyOf(answerPastFlow(services, { as_of, flow_id, timerange }))),
    sources: await inTurn(SOURCES, (id) => bodyOf(answerPastSource(services, id, as_of))),
    objects: await inTurn(OBJECTS, (object_id) =>
      bodyOf(answerPastObject(services, { as_of, object_id, urls, withChecksums: true, pagingAt })),
    ),
    segments: await inTurn(
      FLOWS.flatMap((flow_id) => [false, true].map((reverse) => ({ flow_id, reverse }))),
      async (asked) => {
        const { rows } = await pastSegments(services, { ...asked, range, limit: 1000 }, position)
        return rows.map(withoutPlace)
      },
    ),
  }
}

async function inTurn<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = []
  for (const item of items) answers.push(await ask(item))
  return answers
}

/** Without where the bytes are: that is told as it is now. */
const withoutPlace = (row: SegmentPageRow) => [...row.slice(0, 7), ...row.slice(9, 12)]

/** Runs commands, then asks at some positions: `jumps` apart, from the first on. */
async function expectSameAsThen(
  commands: readonly RandomCommand[],
  jumps: readonly number[],
  timeranges: readonly string[],
): Promise<void> {
  await withFolder(async (folder) => {
    const harness = await openCommandHarness(folder)
    for (const command of commands) await command(harness)
    await harness.catchUp()
    const events = await wholeLog(harness.log)
    const services = servicesOf(harness)
    const database = createCatalogDatabase(join(folder, 'then.db'))
    const writer = catalogWriter(database)
    const reader = catalogReader(database)
    for (let position = 0, asked = 0; position <= events.length; asked++) {
      const timerange = timeranges[asked % timeranges.length]!
      const told = await toldAsOf(services, position, timerange)
      expect(told).toStrictEqual(toldBy(reader, services, timerange))
      const next = position + jumps[asked % jumps.length]!
      writer.apply(events.slice(position, next))
      position = next
    }
    database.close()
    await harness.close()
  })
}

const timeranges = fc.array(fc.constantFrom('_', '[0:0_9:0)', '(3:0_', '_4:500000000]', '[5:0]', '()'), {
  minLength: 5,
  maxLength: 5,
})
const jumps = (max: number) => fc.array(fc.integer({ min: 1, max }), { minLength: 1, maxLength: 5 })

/** To look for a shorter counterexample would take longer than a test may. */
const TOLD_AS_FOUND = { endOnFailure: true }

describe('an answer about the past', () => {
  it('is the one the catalog gave when the log was there', async () => {
    await fc.assert(fc.asyncProperty(randomCommands(80), jumps(40), timeranges, expectSameAsThen), {
      numRuns: 8,
      ...TOLD_AS_FOUND,
    })
  })

  it('knows who collected whom, and who had left', async () => {
    await fc.assert(fc.asyncProperty(randomFlowCommands(40), jumps(8), timeranges, expectSameAsThen), {
      numRuns: 12,
      ...TOLD_AS_FOUND,
    })
  })

  it('knows who came back to whom', async () => {
    await fc.assert(fc.asyncProperty(randomReturns(40), jumps(8), timeranges, expectSameAsThen), {
      numRuns: 12,
      ...TOLD_AS_FOUND,
    })
  })
})
