import type { KafkaMessage } from 'kafkajs'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { turns } from '../../../../services/consumer/turns.ts'
import { carryOutAll } from '../../../../services/kafka-commands/command-batch.ts'
import { commandMetrics } from '../../../../services/kafka-commands/command-metrics.ts'
import { LogUnavailable } from '../../../../services/ports/event-log.ts'
import { type CommandHarness, wholeLog } from '../../../support/command-harness.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { withHarness } from '../../../support/with-harness.ts'

const HD = '0d7b4f2e-6f0a-4d53-9a53-3f2f1c6f7f10'
const SD = '1d7b4f2e-6f0a-4d53-9a53-3f2f1c6f7f10'
const clip = (timerange: string) => ({ object_id: 'clip', timerange, object_timerange: '[0:0_60:0)' })

/** A time after the first second. */
const tenths = (count: number) => `${1 + Math.floor(count / 10)}:${(count % 10) * 100_000_000}`

let offset = 0
/** A message as a broker hands it out. */
const message = (id: string, subject: string, data: unknown): KafkaMessage => ({
  key: Buffer.from(subject),
  value: Buffer.from(typeof data === 'string' ? data : JSON.stringify(data)),
  timestamp: '1795646240000',
  attributes: 0,
  offset: String(offset++),
  headers: Object.fromEntries(
    Object.entries({
      specversion: '1.0',
      id,
      source: 'test',
      type: 'tams.commands.register_segments',
      subject,
    }).map(([name, value]) => [`ce_${name}`, Buffer.from(value)]),
  ),
})

function answersTo(
  { services, log }: Pick<CommandHarness, 'services' | 'log'>,
  messages: readonly KafkaMessage[],
) {
  const tools = {
    services: { ...services, log },
    turns: turns(2),
    logger: pino({ level: 'silent' }),
    metrics: commandMetrics(new Registry()),
    signal: new AbortController().signal,
  }
  return carryOutAll(tools, messages, (each) => ({ topic: 't', partition: 3, offset: each.offset }))
}

const withFlows = (use: (harness: CommandHarness) => Promise<unknown>) =>
  withHarness(async (harness) => {
    await harness.putFlow(videoFlow(HD, 'camera'))
    await harness.putFlow(videoFlow(SD, 'camera'))
    await harness.allocate(HD, 'clip')
    await harness.register(HD, clip('[0:0_1:0)'))
    await use(harness)
  })

describe('a batch of commands', () => {
  it('is answered in its order, and each as a request would be', () =>
    withFlows(async (harness) => {
      const answers = await answersTo(harness, [
        message('a', HD, clip('[1:0_2:0)')),
        message('b', SD, [clip('[1:0_2:0)'), clip('[1:0_3:0)')]),
        message('c', HD, clip('[1:0_3:0)')),
        message('d', HD, '{'),
        message('e', '2d7b4f2e-6f0a-4d53-9a53-3f2f1c6f7f10', clip('[0:0_1:0)')),
        message('f', HD, [clip('[1:0_2:0)'), clip('[2:0_3:0)')]),
      ])
      expect(answers.map(({ type }) => type.slice('tams.commands.'.length))).toEqual([
        'segments_registered',
        'segments_registered',
        'rejected',
        'rejected',
        'rejected',
        'segments_registered',
      ])
      expect(answers.map(({ data }) => ('error' in data ? data.error.type : data))).toMatchObject([
        { command: { source: 'test', id: 'a' }, flow_id: HD, registered: 1, failed: 0, failed_segments: [] },
        {
          flow_id: SD,
          registered: 1,
          failed: 1,
          failed_segments: [{ timerange: '[1:0_3:0)', error: { type: 'segment_overlaps' } }],
        },
        'segment_overlaps',
        'bad_request',
        'flow_not_found',
        { registered: 2, failed: 0 },
      ])
    }))

  it('takes one append for many of a flow, each with an answer and a position of its own', () =>
    withFlows(async (harness) => {
      const messages = Array.from({ length: 250 }, (_, index) =>
        message(`m${index}`, HD, clip(`[${tenths(index)}_${tenths(index + 1)})`)),
      )
      const head = await harness.log.head()
      const answers = await answersTo(harness, messages)
      expect(answers.every(({ data }) => 'registered' in data && data.registered === 1)).toBe(true)
      expect(new Set(answers.map(({ timeMs }) => timeMs)).size).toBeLessThanOrEqual(3)
      // Three appends of answers, of a SegmentsAdded and of the uses of an object.
      const added = (await wholeLog(harness.log)).filter(({ position }) => position > head)
      expect(added.filter(({ type }) => type === 'SegmentsAdded').length).toBe(3)
      const told = added.flatMap(({ type, position }) => (type === 'CommandAnswered' ? [position] : []))
      expect(answers.map(({ data }) => ('position' in data ? data.position : -1))).toEqual(told)
      expect(await answersTo(harness, messages)).toStrictEqual(answers)
      expect(await answersTo(harness, messages.slice(90, 120))).toStrictEqual(answers.slice(90, 120))
    }))

  it('does nothing again that was done, and answers the same', () =>
    withFlows(async (harness) => {
      const messages = [
        message('a', HD, clip('[1:0_2:0)')),
        message('b', HD, [clip('[1:0_3:0)')]),
        message('c', HD, clip('[1:0_3:0)')),
      ]
      const first = await answersTo(harness, messages)
      await harness.deleteSegments(HD, '_')
      const head = await harness.log.head()
      expect(await answersTo(harness, messages)).toStrictEqual(first)
      expect(await harness.log.head()).toBe(head)
      // Twins in one batch, too.
      const twins = await answersTo(harness, [messages[0]!, messages[0]!])
      expect(twins).toStrictEqual([first[0], first[0]])
    }))

  it('rejects an id that came before with something else', () =>
    withFlows(async (harness) => {
      const [, other] = await answersTo(harness, [
        message('a', HD, clip('[1:0_2:0)')),
        message('a', HD, clip('[2:0_3:0)')),
      ])
      expect(other).toMatchObject({ data: { command: { id: 'a' }, error: { type: 'event_id_reused' } } })
    }))

  it('waits for a log that cannot be written, and keeps the order', () =>
    withFlows(async (harness) => {
      let refusals = 3
      const services = {
        ...harness.services,
        run: (...args: Parameters<typeof harness.services.run>) => {
          if (refusals-- > 0) throw new LogUnavailable('no space left')
          return harness.services.run(...args)
        },
      } as typeof harness.services
      const answers = await answersTo({ services, log: harness.log }, [
        message('a', HD, clip('[1:0_2:0)')),
        message('b', HD, clip('[1:0_2:5)')),
      ])
      expect(answers.map(({ data }) => ('error' in data ? data.error.type : data.registered))).toEqual([
        1,
        'segment_overlaps',
      ])
    }))

  it('is not answered at all where something is broken', () =>
    withFlows(async (harness) => {
      const services = {
        ...harness.services,
        run: () => Promise.reject(new Error('the event log failed')),
      } as typeof harness.services
      await expect(
        answersTo({ services, log: harness.log }, [message('a', HD, clip('[1:0_2:0)'))]),
      ).rejects.toThrow('failed')
    }))

  it('keeps its answers below what a topic takes', () =>
    withFlows(async (harness) => {
      const refused = Array.from({ length: 5_000 }, () => clip('[0:0_1:5)'))
      const [answer] = await answersTo(harness, [message('a', HD, refused)])
      expect(answer?.data).toMatchObject({ registered: 0, failed: 5_000 })
      expect(JSON.stringify(answer?.data).length).toBeLessThan(400_000)
    }))
})
