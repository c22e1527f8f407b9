import { pino } from 'pino'
import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import type { Tags } from '../../../../contracts/resources/tags.ts'
import { TAI_AHEAD_OF_UTC } from '../../../../contracts/time/tai.ts'
import { CatalogBehind } from '../../../../services/catalog/catalog.ts'
import type { CommandServices } from '../../../../services/commands/command-services.ts'
import { CommandContended } from '../../../../services/commands/run-command.ts'
import { retentionMetrics } from '../../../../services/observability/retention-metrics.ts'
import { type EventLog, LogUnavailable } from '../../../../services/ports/event-log.ts'
import { retentionRound } from '../../../../services/retention/retention-round.ts'
import { toldFindings } from '../../../../services/retention/told-findings.ts'
import { type CommandHarness, wholeLog } from '../../../support/command-harness.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { withHarness } from '../../../support/with-harness.ts'

const HOUR = 3600
const HOUR_MS = HOUR * 1000
/** Where the timelines of these tests begin: two hours before they run, TAI. */
const START = Math.floor(Date.now() / 1000) + TAI_AHEAD_OF_UTC - 2 * HOUR

/** A segment of a second, so many seconds after the start. */
const segment = (second: number, start = START) => ({
  object_id: 'clip',
  timerange: `[${start + second}:0_${start + second + 1}:0)`,
  ts_offset: `${start + second}:0`,
})

/** A flow with a segment at each of these seconds. */
async function fill(
  { putFlow, register, allocate }: CommandHarness,
  flow_id: string,
  tags: Tags,
  seconds: readonly number[],
  start = START,
) {
  await putFlow(videoFlow(flow_id, 'camera', { tags }))
  await allocate(flow_id, 'clip')
  await register(flow_id, ...seconds.map((second) => segment(second, start)))
}

const count = (length: number) => Array.from({ length }, (_, index) => index)

type Changes = Partial<{
  log: Pick<EventLog, 'readStream'>
  mode: 'dry-run' | 'on'
  run: CommandServices['run']
  signal: AbortSignal
}>

/** Rounds over what the harness has, at a time that the test says, and what they said. */
function roundsOf(harness: CommandHarness) {
  const lines: Record<string, unknown>[] = []
  const registry = new Registry()
  const metrics = retentionMetrics(registry)
  const told = toldFindings()
  let deleted = 0
  const logger = pino(
    { level: 'debug', base: null, timestamp: false },
    { write: (line) => lines.push(JSON.parse(line)) },
  )

  const round = async (
    inMs = 0,
    { log = harness.log, mode = 'on', run = harness.services.run, signal }: Changes = {},
  ) => {
    await harness.catchUp()
    const counts = await retentionRound(
      {
        log,
        commands: { ...harness.services, run },
        mode,
        now: () => Date.now() + inMs,
        logger,
        metrics,
        segmentsDeleted: (segments) => {
          deleted += segments
        },
      },
      told,
      signal ?? new AbortController().signal,
    )
    told.endRound()
    return counts
  }
  return { round, lines, registry, deleted: () => deleted }
}

const timerangesOf = (timeline: readonly { readonly timerange: string }[] | undefined) =>
  timeline?.map(({ timerange }) => timerange)

const NONE_SKIPPED = {
  failed: 0,
  invalid_flow_retention_offset: 0,
  invalid_segment_retention_offset: 0,
  read_only: 0,
  not_wall_clock: 0,
}

describe('a round of retention', () => {
  it('deletes the segments that are due, and none that reaches beyond', async () => {
    const model = await withHarness(async (harness) => {
      // An hour from the start is an hour ago, give or take how long this test takes.
      const seconds = [0, 1, HOUR + 600]
      await fill(harness, 'hd', { segment_retention_offset: '3600:0' }, seconds)
      await harness.allocate('hd', 'long')
      const long = `[${START + 100}:0_${START + HOUR + 600}:0)`
      await harness.register('hd', { object_id: 'long', timerange: long })
      await fill(harness, 'kept', {}, seconds)
      const { round, lines, deleted } = roundsOf(harness)

      expect(await round()).toStrictEqual({ due: { flow: 0, segments: 1 }, skipped: NONE_SKIPPED })
      expect(await round()).toStrictEqual({ due: { flow: 0, segments: 0 }, skipped: NONE_SKIPPED })

      expect(deleted()).toBe(2)
      expect(lines).toStrictEqual([
        {
          level: 20,
          flow_id: 'hd',
          correlation_id: expect.any(String),
          deleted: 2,
          msg: 'retention deleted segments',
        },
      ])
      const [event] = (await wholeLog(harness.log)).filter(({ type }) => type === 'SegmentsDeleted')
      expect(event).toMatchObject({ actor: 'framelog:retention', causationId: null })
    })
    expect(timerangesOf(model.timelines.get('hd'))).toStrictEqual([
      `[${START + 100}:0_${START + HOUR + 600}:0)`,
      `[${START + HOUR + 600}:0_${START + HOUR + 601}:0)`,
    ])
    expect(model.timelines.get('kept')).toHaveLength(3)
  })

  it('keeps a loop: what is written is there for as long as its tag says', async () => {
    await withHarness(async (harness) => {
      await fill(harness, 'hd', { segment_retention_offset: `${2 * HOUR}:0` }, [600, 1200])
      const { round } = roundsOf(harness)
      const left = async (inMs: number) => {
        await round(inMs)
        await harness.catchUp()
        const range = { kind: 'range', start: null, end: null } as const
        return harness.catalog.reader.segmentsWithin('hd', range, undefined, 10).length
      }
      expect(await left(0)).toBe(2)
      expect(await left(900_000)).toBe(1)
      await harness.register('hd', segment(1800))
      expect(await left(1_500_000)).toBe(1)
      expect(await left(HOUR_MS)).toBe(0)
    })
  })

  it('deletes flows that nobody has changed for long enough', async () => {
    const model = await withHarness(async (harness) => {
      const tags = { flow_retention_offset: '3600:0', segment_retention_offset: '60:0' }
      await fill(harness, 'due', tags, [0, 1])
      await fill(harness, 'later', { flow_retention_offset: '7200:0' }, [0])
      const { round, lines, registry } = roundsOf(harness)

      expect((await round(HOUR_MS - 60_000)).due).toStrictEqual({ flow: 0, segments: 1 })
      expect((await round(HOUR_MS - 60_000)).due).toStrictEqual({ flow: 0, segments: 0 })
      expect((await round(HOUR_MS + 60_000)).due).toStrictEqual({ flow: 1, segments: 0 })

      expect(lines.at(-1)).toMatchObject({ flow_id: 'due', deleted: 0, msg: 'retention deleted a flow' })
      const deletions = await registry.getSingleMetric('framelog_retention_deletions_total')!.get()
      expect(deletions.values.map(({ labels, value }) => [labels['kind'], value])).toStrictEqual([
        ['segments', 1],
        ['flow', 1],
      ])
    })
    expect([...model.flows.keys()]).toStrictEqual(['later'])
    expect(model.timelines.get('later')).toHaveLength(1)
  })

  it('changes nothing in a dry run, and tells each thing it would do once', async () => {
    await withHarness(async (harness) => {
      await fill(harness, 'loop', { segment_retention_offset: '3600:0' }, count(501))
      await fill(harness, 'short', { segment_retention_offset: '3600:0' }, [5, 6, 2 * HOUR])
      await fill(harness, 'old', { flow_retention_offset: '60:0' }, [0])
      await harness.catchUp()
      const before = await harness.log.head()
      const { round, lines, deleted } = roundsOf(harness)

      const counts = await round(120_000, { mode: 'dry-run' })
      expect(counts).toStrictEqual({ due: { flow: 1, segments: 2 }, skipped: NONE_SKIPPED })
      expect(await round(240_000, { mode: 'dry-run' })).toStrictEqual(counts)

      expect([await harness.log.head(), deleted()]).toStrictEqual([before, 0])
      const told = { level: 30, segment_retention_offset: '3600:0', msg: 'retention would delete segments' }
      const from = (second: number) =>
        expect.stringMatching(new RegExp(`^\\[${START + second}:0_\\d+:\\d+\\)$`))
      expect(lines).toStrictEqual([
        { level: 30, flow_id: 'old', flow_retention_offset: '60:0', msg: 'retention would delete a flow' },
        { ...told, flow_id: 'short', timerange: from(5), segments: 2, has_more: false },
        { ...told, flow_id: 'loop', timerange: from(0), segments: 500, has_more: true },
      ])
    })
  })

  it('leaves alone what it cannot make sense of, and tells why once, as long as it is so', async () => {
    await withHarness(async (harness) => {
      await fill(harness, 'seconds', { segment_retention_offset: '3600' }, [0])
      await fill(harness, 'from zero', { segment_retention_offset: '3600:0' }, [0, 1], 0)
      await fill(harness, 'locked', { flow_retention_offset: '60:0' }, [0])
      await harness.changeFlow('locked', { property: 'read_only', value: true })
      await harness.catchUp()
      const before = await harness.log.head()
      const { round, lines } = roundsOf(harness)

      const { due, skipped } = await round(120_000)
      expect(due).toStrictEqual({ flow: 0, segments: 0 })
      expect(skipped).toStrictEqual({
        ...NONE_SKIPPED,
        invalid_segment_retention_offset: 1,
        not_wall_clock: 1,
        read_only: 1,
      })
      await round(120_000)
      expect(await harness.log.head()).toBe(before)
      expect(lines.map(({ flow_id, reason, level }) => [flow_id, reason, level])).toStrictEqual([
        ['locked', 'read_only', 40],
        ['from zero', 'not_wall_clock', 40],
        ['seconds', 'invalid_segment_retention_offset', 40],
      ])

      await harness.changeFlow('locked', { property: 'read_only', value: false })
      expect((await round(120_000)).due.flow).toBe(1)
      await harness.catchUp()
      expect(harness.catalog.reader.hasFlow('locked')).toBe(false)
    })
  })

  it('has what is too much for one append deleted by the saga, and asks for it once', async () => {
    await withHarness(async (harness) => {
      await fill(harness, 'hd', { segment_retention_offset: '3600:0' }, count(501))
      const { round } = roundsOf(harness)
      await round()
      await round()
      await harness.catchUp()
      const open = harness.catalog.reader.openDeletions(undefined, 10)
      expect(open.map(({ flow_id }) => flow_id)).toStrictEqual(['hd'])
      const { id } = open[0]!
      expect(harness.catalog.reader.deletionRequest(id)).toMatchObject({
        delete_flow: 0,
        created_by: 'framelog:retention',
        timerange_to_delete: expect.stringMatching(/^_\d+:\d+\)$/),
      })

      expect(await harness.finish(id)).toStrictEqual({ status: 'done', deleted: 501 })
      expect((await round()).due.segments).toBe(0)
    })
  })

  it('goes through any number of flows', async () => {
    const model = await withHarness(async (harness) => {
      for (const index of count(120)) {
        const tags = index % 2 ? { flow_retention_offset: '60:0' } : { segment_retention_offset: '60:0' }
        await fill(harness, `flow ${index}`, tags, [0])
      }
      const { round } = roundsOf(harness)
      expect((await round(120_000)).due).toStrictEqual({ flow: 60, segments: 60 })
      expect((await round(120_000)).due).toStrictEqual({ flow: 0, segments: 0 })
    })
    expect([...model.timelines.values()].flat()).toStrictEqual([])
  })

  it('decides on what the log has, not on what the catalog had', async () => {
    const model = await withHarness(async (harness) => {
      await fill(harness, 'hd', { flow_retention_offset: '60:0' }, [0])
      const { round } = roundsOf(harness)
      // As soon as the round has looked: the flow's owner keeps it.
      let isFirst = true
      const run: CommandServices['run'] = async (context, decide) => {
        if (isFirst) {
          isFirst = false
          await harness.changeFlow('hd', {
            property: 'tags',
            name: 'flow_retention_offset',
            value: undefined,
          })
        }
        return harness.services.run(context, decide)
      }
      expect((await round(120_000, { run })).due.flow).toBe(1)
      expect((await round(120_000)).due.flow).toBe(0)
    })
    expect([...model.flows.keys()]).toStrictEqual(['hd'])
    expect(model.timelines.get('hd')).toHaveLength(1)
  })

  it('takes whatever came last to a flow for a change, such as its being brought back', async () => {
    await withHarness(async (harness) => {
      await fill(harness, 'hd', { flow_retention_offset: '60:0' }, [0])
      const { round } = roundsOf(harness)
      const log: Pick<EventLog, 'readStream'> = {
        readStream: async (stream, from, limit) => {
          const events = await harness.log.readStream(stream, from, limit)
          return events.map((event) => ({ ...event, timeMs: event.timeMs + 90_000 }))
        },
      }
      await round(120_000, { log })
      await harness.catchUp()
      expect(harness.catalog.reader.hasFlow('hd')).toBe(true)
      await round(180_000, { log })
      await harness.catchUp()
      expect(harness.catalog.reader.hasFlow('hd')).toBe(false)
    })
  })

  it('goes on with other flows where one cannot be deleted', async () => {
    const model = await withHarness(async (harness) => {
      for (const flow of ['one', 'two']) await fill(harness, flow, { segment_retention_offset: '60:0' }, [0])
      const { round, lines } = roundsOf(harness)
      const errors = [new CommandContended('busy')]
      const run: CommandServices['run'] = (context, decide) => {
        const error = errors.shift()
        return error ? Promise.reject(error) : harness.services.run(context, decide)
      }
      expect((await round(0, { run })).skipped['failed']).toBe(1)
      expect(lines[0]).toMatchObject({ level: 40, flow_id: 'two' })
      expect((await round()).due.segments).toBe(1)
    })
    expect([...model.timelines.values()].flat()).toStrictEqual([])
  })

  it.each([new LogUnavailable('disk full'), new CatalogBehind('not there')])(
    'ends where no flow would fare better: %s',
    async (error) => {
      await withHarness(async (harness) => {
        for (const flow of ['one', 'two'])
          await fill(harness, flow, { segment_retention_offset: '60:0' }, [0])
        const { round } = roundsOf(harness)
        await expect(round(0, { run: () => Promise.reject(error) })).rejects.toBe(error)
        expect((await round()).due.segments).toBe(2)
      })
    },
  )

  it('ends after the flow it is at when it is told to', async () => {
    const model = await withHarness(async (harness) => {
      for (const flow of ['one', 'two']) await fill(harness, flow, { segment_retention_offset: '60:0' }, [0])
      const stopping = new AbortController()
      const run: CommandServices['run'] = (context, decide) => {
        stopping.abort()
        return harness.services.run(context, decide)
      }
      const { round } = roundsOf(harness)
      await round(0, { run, signal: stopping.signal })
    })
    expect([model.timelines.get('one')?.length, model.timelines.get('two')?.length]).toStrictEqual([1, 0])
  })
})
