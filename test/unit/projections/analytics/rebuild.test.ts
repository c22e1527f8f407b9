import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RecordedEvent } from '../../../../contracts/events/recorded-event.ts'
import { parseTimeRange, type TimeRange } from '../../../../contracts/time/timerange.ts'
import { openAnalyticsDatabase } from '../../../../projections/analytics/analytics-database.ts'
import { analyticsWriter } from '../../../../projections/analytics/analytics-writer.ts'
import { readAnalytics } from '../../../../services/analytics/analytics-reader.ts'
import { catalogSummary } from '../../../../services/analytics/catalog-summary.ts'
import { type FlowFilter, isEverything } from '../../../../services/analytics/flow-selection.ts'
import { flowUsage } from '../../../../services/analytics/flow-usage.ts'
import { storageUsage } from '../../../../services/analytics/storage-usage.ts'
import { timeRangeAnalysis } from '../../../../services/analytics/time-range-analysis.ts'
import { overlapping, plain } from '../../../support/analytics/compare-views.ts'
import {
  ALL,
  modelFlowUsage,
  modelStorageUsage,
  modelSummary,
  modelTimeRanges,
} from '../../../support/analytics/model-views.ts'
import { openCommandHarness, soundModelOf, wholeLog } from '../../../support/command-harness.ts'
import type { LogModel, ModelFlow, ModelSegment } from '../../../support/log-model/model.ts'
import { oneOfEach } from '../../../support/one-of-each.ts'
import { type RandomCommand, randomCommands } from '../../../support/random-commands.ts'
import { range as randomRange } from '../../../support/random-timeranges.ts'
import { withFolder } from '../../../support/running-service.ts'

async function run(folder: string, commands: readonly RandomCommand[]) {
  const harness = await openCommandHarness(folder)
  for (const command of commands) await command(harness)
  const events = await wholeLog(harness.log)
  const model = await soundModelOf(harness.log)
  await harness.close()
  return { events, model }
}

/** Brings views up to date in batches of these sizes, each by a writer that has just opened the file. */
function project(path: string, events: readonly RecordedEvent[], sizes: readonly number[]): void {
  for (let done = 0, batch = 0; done < events.length; batch++) {
    const database = openAnalyticsDatabase(path)
    const writer = analyticsWriter(database)
    expect(writer.position()).toBe(done)
    const end = Math.min(done + sizes[batch % sizes.length]!, events.length)
    writer.apply(events.slice(done, end))
    database.close()
    done = end
  }
}

const EVERYTHING: FlowFilter = { tags: new Map(), range: parseTimeRange('_') }

const viewsOf = (path: string, filter: FlowFilter, head: number) =>
  readAnalytics(path, async (reader) => ({
    usage: inAnyOrder(await flowUsage(reader, filter)),
    storage: inAnyOrder(await storageUsage(reader, filter)),
    times: plain((await timeRangeAnalysis(reader, filter, { after: '', limit: 1000 })).rows),
    summary: plain(catalogSummary(reader, { hours: 1000, head })),
  }))

const inAnyOrder = (rows: readonly { readonly dimension: string | null; readonly value: string | null }[]) =>
  plain(rows.toSorted((a, b) => (`${a.dimension} ${a.value}` < `${b.dimension} ${b.value}` ? -1 : 1)))

/** The same of a choice of flows. */
function modelViews(model: LogModel, events: readonly RecordedEvent[], filter: FlowFilter) {
  const isIn = overlapping(filter.range)
  const segmentsOf = ({ flow }: ModelFlow): readonly ModelSegment[] => model.timelines.get(flow.id) ?? []
  const isMeant = (flow: ModelFlow): boolean =>
    (filter.source_id ?? flow.flow.source_id) === flow.flow.source_id &&
    (filter.flow_id ?? flow.flow.id) === flow.flow.id &&
    [...filter.tags].every(([name, values]) =>
      [flow.flow.tags?.[name] ?? []].flat().some((value) => values.includes(value)),
    ) &&
    (filter.range.kind === 'empty'
      ? segmentsOf(flow).length === 0
      : isAllTime(filter.range) || segmentsOf(flow).some(isIn))
  const chosen = { isMeant, counts: ALL.counts }
  return {
    usage: inAnyOrder(modelFlowUsage(model, chosen)),
    storage: inAnyOrder(modelStorageUsage(model, isEverything(filter) ? undefined : chosen)),
    times: plain(
      modelTimeRanges(
        model,
        { isMeant, counts: filter.range.kind === 'empty' ? ALL.counts : isIn },
        filter.range.kind === 'empty' || isAllTime(filter.range),
      ),
    ),
    summary: plain(modelSummary(model, events)),
  }
}

const isAllTime = (range: TimeRange) => range.kind === 'range' && !range.start && !range.end

const filters: fc.Arbitrary<FlowFilter> = fc.record({
  source_id: fc.constantFrom(undefined, undefined, 'camera', 'other camera'),
  flow_id: fc.constantFrom(undefined, undefined, undefined, 'video', 'copy'),
  tags: fc.constantFrom(new Map(), new Map(), new Map([['', ['']]]), new Map([['a', ['a', 'b']]])),
  range: fc.oneof(
    fc.constantFrom(parseTimeRange('_'), parseTimeRange('()')),
    randomRange.map(parseTimeRange),
  ),
})

describe('the views', () => {
  it('are what the log says, however it got into them, whatever is asked', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 })
    const asked = fc.array(filters, { minLength: 8, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(randomCommands(100), sizes, asked, (sequence, batches, chosen) =>
        withFolder(async (folder) => {
          const { events, model } = await run(folder, sequence)
          const [piecemeal, atOnce] = [join(folder, 'piecemeal.db'), join(folder, 'at once.db')]
          project(piecemeal, events, batches)
          project(atOnce, events, [events.length])
          for (const filter of [EVERYTHING, ...chosen]) {
            const expected = modelViews(model, events, filter)
            expect(await viewsOf(piecemeal, filter, events.length)).toEqual(expected)
            expect(await viewsOf(atOnce, filter, events.length)).toEqual(expected)
          }
        }),
      ),
      { numRuns: 10, endOnFailure: true, examples: [[oneOfEach, [7], []]] },
    )
  })
})
