import { pino } from 'pino'
import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { taiOf } from '../../../../contracts/time/tai.ts'
import type { CommandServices } from '../../../../services/commands/command-services.ts'
import { retentionMetrics } from '../../../../services/observability/retention-metrics.ts'
import { LogUnavailable } from '../../../../services/ports/event-log.ts'
import { startRetention } from '../../../../services/retention/retention-service.ts'
import type { CommandHarness } from '../../../support/command-harness.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { withHarness } from '../../../support/with-harness.ts'

const HOUR = 3600
const SOON = { timeout: 60_000 }

async function flowWithDueSegment({ putFlow, allocate, register, catchUp }: CommandHarness) {
  const second = taiOf(Date.now()).seconds - HOUR
  await putFlow(videoFlow('hd', 'camera', { tags: { segment_retention_offset: '60:0' } }))
  await allocate('hd', 'clip')
  await register('hd', { object_id: 'clip', timerange: `[${second}:0_${second + 1}:0)` })
  await catchUp()
}

/** A service on the harness's commands, that takes up its rounds this often. */
function start({ log, services }: CommandHarness, everySeconds: number, run = services.run) {
  const lines: Record<string, unknown>[] = []
  const registry = new Registry()
  const service = startRetention(
    {
      log,
      commands: { ...services, run },
      mode: 'on',
      now: Date.now,
      logger: pino({ level: 'debug' }, { write: (line) => lines.push(JSON.parse(line)) }),
      metrics: retentionMetrics(registry),
      segmentsDeleted: () => undefined,
    },
    everySeconds,
  )
  const rounds = async () => {
    const { values } = await registry.getSingleMetric('framelog_retention_rounds_total')!.get()
    return Object.fromEntries(values.map(({ labels, value }) => [labels['outcome'], value]))
  }
  return { service, lines, rounds }
}

describe('retention', () => {
  it('begins at its start, and again and again', async () => {
    const model = await withHarness(async (harness) => {
      await flowWithDueSegment(harness)
      const { service, lines, rounds } = start(harness, 0.005)
      await expect.poll(async () => (await rounds())['done'], SOON).toBeGreaterThan(2)
      await service.stop()
      const told = lines.filter(({ msg }) => msg === 'retention round')
      expect(told[0]).toMatchObject({ level: 30, mode: 'on', flows_due: 0, flows_with_segments_due: 1 })
    })
    expect(model.timelines.get('hd')).toStrictEqual([])
  })

  it('survives a log that is away for a while', async () => {
    const model = await withHarness(async (harness) => {
      await flowWithDueSegment(harness)
      const errors = [new LogUnavailable('disk full'), new LogUnavailable('disk full')]
      const run: CommandServices['run'] = (context, decide) => {
        const error = errors.shift()
        return error ? Promise.reject(error) : harness.services.run(context, decide)
      }
      const { service, lines, rounds } = start(harness, 0.005, run)
      await expect.poll(rounds, SOON).toMatchObject({ failed: 2, done: expect.any(Number) })
      await service.stop()
      expect(lines.filter(({ level }) => level === 40).map(({ msg }) => msg)).toStrictEqual([
        'a retention round was cut short; the next one makes up for it',
        'a retention round was cut short; the next one makes up for it',
      ])
    })
    expect(model.timelines.get('hd')).toStrictEqual([])
  })

  it('never has two rounds at once, and stops when the command under way is done', async () => {
    const model = await withHarness(async (harness) => {
      await flowWithDueSegment(harness)
      let begun = 0
      let letGo: () => void = () => undefined
      const held = new Promise<void>((resolve) => {
        letGo = resolve
      })
      const run: CommandServices['run'] = async (context, decide) => {
        begun++
        await held
        return harness.services.run(context, decide)
      }
      const { service } = start(harness, 0.001, run)
      await expect.poll(() => begun, SOON).toBe(1)
      const stopped = service.stop()
      letGo()
      await stopped
      expect(begun).toBe(1)
    })
    expect(model.timelines.get('hd')).toStrictEqual([])
  })

  it('stops in the middle of a long pause', async () => {
    await withHarness(async (harness) => {
      const { service, rounds } = start(harness, 86_400)
      await expect.poll(rounds, SOON).toStrictEqual({ done: 1 })
      await service.stop()
    })
  })
})
