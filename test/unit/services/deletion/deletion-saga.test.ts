import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { parseTimeRange } from '../../../../contracts/time/timerange.ts'
import type { CommandServices } from '../../../../services/commands/command-services.ts'
import { CommandContended } from '../../../../services/commands/run-command.ts'
import { startDeletionSaga } from '../../../../services/deletion/deletion-saga.ts'
import { LogUnavailable } from '../../../../services/ports/event-log.ts'
import { type CommandHarness, KEPT_FOR_SECONDS } from '../../../support/command-harness.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { withHarness } from '../../../support/with-harness.ts'

const segment = (second: number) => ({
  object_id: 'clip',
  timerange: `[${second}:0_${second + 1}:0)`,
  ts_offset: `${second}:0`,
})

async function fill({ putFlow, register, allocate }: CommandHarness, flow_id: string, count: number) {
  await putFlow(videoFlow(flow_id, 'camera'))
  if (flow_id === 'hd') await allocate('hd', 'clip')
  await register(flow_id, ...Array.from({ length: count }, (_, second) => segment(second)))
}

async function another(harness: CommandHarness): Promise<string> {
  await fill(harness, 'other', 1)
  return 'other'
}

async function ask({ requestDeletion }: CommandHarness, flow_id: string, timerange = '_'): Promise<string> {
  const range = parseTimeRange(timerange)
  const outcome = await requestDeletion({ flow_id, delete_flow: false, range })
  if ('refused' in outcome) throw new Error(outcome.refused.reason)
  return outcome.deletion_id
}

/** A saga that works with these commands, and what it said. */
async function startSaga(
  { log, services }: CommandHarness,
  run: CommandServices['run'] = services.run,
  now: () => number = Date.now,
) {
  const lines: Record<string, unknown>[] = []
  const counts: number[] = []
  const saga = await startDeletionSaga({
    log,
    commands: { ...services, run },
    keptForSeconds: KEPT_FOR_SECONDS,
    now,
    logger: pino({ level: 'info' }, { write: (line) => lines.push(JSON.parse(line)) }),
    segmentsDeleted: (count) => counts.push(count),
  })
  return { ...saga, lines, deleted: () => counts.reduce((sum, count) => sum + count, 0) }
}

const statusOf = async ({ catchUp, catalog }: CommandHarness, id: string) => {
  await catchUp()
  return catalog.reader.deletionRequest(id)?.status
}

/** Fails the first commands with these. */
const failing =
  ({ services }: CommandHarness, errors: Error[]): CommandServices['run'] =>
  (context, decide) => {
    const error = errors.shift()
    return error ? Promise.reject(error) : services.run(context, decide)
  }

describe('the deletion saga', () => {
  it('carries out what was asked for before it started, and what is asked for after', async () => {
    const model = await withHarness(async (harness) => {
      await fill(harness, 'hd', 1200)
      await fill(harness, 'sd', 10)
      const before = await ask(harness, 'hd', '[100:0_')
      await harness.catchUp()
      const saga = await startSaga(harness)
      const after = await ask(harness, 'sd')

      await expect.poll(() => statusOf(harness, before)).toBe('done')
      await expect.poll(() => statusOf(harness, after)).toBe('done')
      await expect.poll(saga.open).toBe(0)
      expect(saga.deleted()).toBe(1110)
      const told = saga.lines.filter(({ deletion_id }) => deletion_id === before)
      expect(told.map(({ msg, flow_id, deleted }) => ({ msg, flow_id, deleted }))).toStrictEqual([
        { msg: 'deletion taken up', flow_id: 'hd', deleted: undefined },
        { msg: 'deletion done', flow_id: 'hd', deleted: 1100 },
      ])
      expect(told.every(({ correlation_id }) => typeof correlation_id === 'string')).toBe(true)
      await saga.stop()
    })
    expect(model.timelines.get('hd')).toHaveLength(100)
    expect(model.timelines.get('sd')).toStrictEqual([])
  })

  it('goes on where the one before it stopped', async () => {
    const model = await withHarness(async (harness) => {
      await fill(harness, 'hd', 1800)
      const id = await ask(harness, 'hd')
      await harness.catchUp()
      let commands = 0
      const first = await startSaga(harness, (context, decide) =>
        ++commands > 3 ? Promise.reject(new LogUnavailable('gone')) : harness.services.run(context, decide),
      )
      await expect.poll(() => commands).toBeGreaterThan(3)
      await first.stop()
      expect(first.deleted()).toBe(1000)
      expect(await statusOf(harness, id)).toBe('started')

      const second = await startSaga(harness)
      await expect.poll(() => statusOf(harness, id)).toBe('done')
      await second.stop()
      expect(second.deleted()).toBe(800)
    })
    expect(model.timelines.get('hd')).toStrictEqual([])
  })

  describe('with deletions that are held back', () => {
    const FIRST_MS = Date.now()
    const deleteHeld = async ({ setGrace, deleteFlow, catchUp }: CommandHarness, flow_id: string) => {
      setGrace(60)
      const outcome = await deleteFlow(flow_id)
      await catchUp()
      if (!('deletion_id' in outcome)) throw new Error('it is not held back')
      return outcome.deletion_id!
    }

    it('takes each up when it is due, those it found at its start too', async () => {
      const model = await withHarness(async (harness) => {
        await fill(harness, 'hd', 3)
        await fill(harness, 'sd', 2)
        const before = await deleteHeld(harness, 'hd')
        let nowMs = FIRST_MS
        const saga = await startSaga(harness, undefined, () => nowMs)
        const after = await deleteHeld(harness, 'sd')
        const atOnce = await ask(harness, await another(harness))
        await expect.poll(() => statusOf(harness, atOnce)).toBe('done')
        expect(await statusOf(harness, before)).toBe('created')
        expect(await statusOf(harness, after)).toBe('created')
        await expect.poll(saga.open).toBe(0)

        nowMs = Date.now() + 60_000
        await expect.poll(() => statusOf(harness, before)).toBe('done')
        await expect.poll(() => statusOf(harness, after)).toBe('done')
        expect(saga.deleted()).toBe(6)
        await saga.stop()
      })
      expect(model.timelines.get('hd')).toStrictEqual([])
      expect(model.timelines.get('sd')).toStrictEqual([])
    })

    it('takes up what is let go before its time, and not what was called off', async () => {
      const model = await withHarness(async (harness) => {
        await fill(harness, 'hd', 3)
        await fill(harness, 'sd', 2)
        const kept = await deleteHeld(harness, 'hd')
        const gone = await deleteHeld(harness, 'sd')
        let nowMs = FIRST_MS
        const saga = await startSaga(harness, undefined, () => nowMs)
        await harness.restore('hd')
        const again = await harness.requestDeletion({ flow_id: 'sd', delete_flow: true, held: false })
        expect(again).toStrictEqual({ deletion_id: gone })
        await expect.poll(() => statusOf(harness, gone)).toBe('done')
        nowMs = Date.now() + 120_000
        const atOnce = await ask(harness, 'hd', '[0:0_1:0)')
        await expect.poll(() => statusOf(harness, atOnce)).toBe('done')
        expect(await statusOf(harness, kept)).toBe('error')
        await saga.stop()
      })
      expect(model.timelines.get('hd')).toHaveLength(2)
      expect(model.timelines.get('sd')).toStrictEqual([])
    })
  })

  it('tries again for as long as the trouble is one that passes', async () => {
    await withHarness(async (harness) => {
      await fill(harness, 'hd', 3)
      const id = await ask(harness, 'hd')
      await harness.catchUp()
      const errors = [new LogUnavailable('disk full'), new CommandContended('busy')]
      const saga = await startSaga(harness, failing(harness, errors))
      await expect.poll(() => statusOf(harness, id)).toBe('done')
      const warnings = saga.lines.filter(({ msg }) => msg === 'deletion could not go on')
      expect(warnings.map(({ failures, deletion_id }) => [failures, deletion_id])).toStrictEqual([
        [1, id],
        [2, id],
      ])
      await saga.stop()
    })
  })

  it('gives up what fails time and again for no reason it knows, and says so', async () => {
    const model = await withHarness(async (harness) => {
      await fill(harness, 'hd', 3)
      const id = await ask(harness, 'hd')
      await harness.catchUp()
      const saga = await startSaga(
        harness,
        failing(
          harness,
          Array.from({ length: 5 }, () => new Error('a bug')),
        ),
      )
      await expect.poll(() => statusOf(harness, id), { timeout: 60_000 }).toBe('error')
      const row = harness.catalog.reader.deletionRequest(id)
      expect(JSON.parse(row?.error ?? '')).toMatchObject({ type: 'internal_error' })
      expect(row?.error).not.toContain('a bug')
      await expect.poll(saga.open).toBe(0)
      expect(saga.lines.at(-1)).toMatchObject({ level: 50, msg: 'deletion given up', deletion_id: id })
      await saga.stop()
    })
    expect(model.timelines.get('hd')).toHaveLength(3)
  })
})
