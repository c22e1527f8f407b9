import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DomainEvent } from '../../../../contracts/events/domain-event.ts'
import type { RecordedEvent } from '../../../../contracts/events/recorded-event.ts'
import { historyPage } from '../../../../services/history/history-page.ts'
import { lastEventBy } from '../../../../services/history/last-event-by.ts'
import { pastLog, TooMuchHistory } from '../../../../services/history/past-log.ts'
import { positionAt } from '../../../../services/history/position-at.ts'
import { sourceEntries } from '../../../../services/history/source-history.ts'
import { aContext, someEvents } from '../../../support/event-log/events.ts'
import { type TemporaryLog, temporaryLog } from '../../../support/event-log/temporary-log.ts'

let temporary: TemporaryLog
let all: readonly RecordedEvent[]
const stream = 'object-a'
const other = 'object-b'

const append = (name: string, events: readonly DomainEvent[]) =>
  temporary.log.append(aContext(), [{ stream: name, expectedRevision: 'any', events }])

beforeAll(async () => {
  temporary = await temporaryLog()
  for (let n = 1; n <= 12; n++) {
    await append(other, someEvents(n % 3))
    await append(stream, someEvents(n % 4))
  }
  all = await temporary.log.readAll(0, 1000)
})
afterAll(() => temporary.dispose())

describe('looking back', () => {
  it('finds the last event of a stream at or before each position', async () => {
    for (let position = 0; position <= all.length; position++) {
      const wanted = all.findLast((event) => event.stream === stream && event.position <= position)
      expect(await lastEventBy(temporary.log, stream, position)).toStrictEqual(wanted)
    }
    expect(await lastEventBy(temporary.log, 'object-never', 5)).toBeUndefined()
  })

  it('finds the last position that was committed at or before each time', async () => {
    const [first] = all
    for (const { timeMs } of all) {
      const wanted = all.findLast((event) => event.timeMs <= timeMs)?.position
      expect(await positionAt(temporary.log, timeMs)).toBe(wanted)
      expect(await positionAt(temporary.log, timeMs + 0.5)).toBe(wanted)
    }
    expect(await positionAt(temporary.log, (first?.timeMs ?? 0) - 1)).toBe(0)
    expect(await positionAt(temporary.log, Date.now() + 1e9)).toBe(all.length)
  })

  it('refuses to look at the end of more streams than one request may', async () => {
    const past = pastLog(temporary.log, 1)
    for (let n = 0; n < 1000; n++) await past.last(`object-${n}`)
    await expect(past.last('object-0')).resolves.toBeUndefined()
    await expect(past.last('object-1000')).rejects.toThrow(TooMuchHistory)
  })
})

describe('a page of history', () => {
  it.each([1, 2, 3, 7, 100])(
    'of %i goes on where the last one ended, in the order of the log',
    async (limit) => {
      for (const streams of [[stream], [stream, other]]) {
        for (const reverse of [false, true]) {
          const told: RecordedEvent[] = []
          let from: readonly number[] | undefined
          do {
            const page = await historyPage(temporary.log, { streams, reverse, limit, ...(from && { from }) })
            expect(page.events.length).toBe(page.next ? limit : page.events.length)
            told.push(...page.events)
            from = page.next
          } while (from)
          const wanted = all.filter((event) => streams.includes(event.stream))
          expect(told).toStrictEqual(reverse ? wanted.toReversed() : wanted)
        }
      }
    },
  )
})

describe('an update of a source', () => {
  it('is told by what it was before, however many flows have come since', async () => {
    const name = 'source-camera'
    const source = { id: 'camera', format: 'urn:x-nmos:format:video' as const }
    await append(name, [
      { type: 'SourceCreated', data: { source: { ...source, label: 'first' } } },
      ...Array.from(
        { length: 130 },
        (_, n): DomainEvent => ({
          type: 'FlowAttached',
          data: { source_id: 'camera', flow_id: `flow ${n}` },
        }),
      ),
      { type: 'SourceUpdated', data: { source: { ...source, label: 'second' } } },
      { type: 'SourceUpdated', data: { source } },
    ])
    for (const reverse of [false, true]) {
      const { events } = await historyPage(temporary.log, {
        streams: [name],
        reverse,
        limit: 2,
        from: [reverse ? 132 : 131],
      })
      const told = (await sourceEntries(temporary.log, events)).map(({ changes }) => changes)
      const wanted = [
        [{ path: '/label', before: 'first', after: 'second' }],
        [{ path: '/label', before: 'second' }],
      ]
      expect(told).toStrictEqual(reverse ? wanted.toReversed() : wanted)
    }
  })
})
