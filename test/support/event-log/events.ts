import { randomUUID } from 'node:crypto'
import type { DomainEvent } from '../../../contracts/events/domain-event.ts'
import type { EventContext } from '../../../contracts/events/recorded-event.ts'
import type { StreamWrite } from '../../../services/ports/event-log.ts'

/** A command of its own, unless told whose. */
export const aContext = (context: Partial<EventContext> = {}): EventContext => ({
  commandId: randomUUID(),
  actor: 'ingest@example.com',
  correlationId: randomUUID(),
  causationId: null,
  ...context,
})

/** A stream that nobody has used. */
export const aStream = (): string => `object-${randomUUID()}`

/** An event that can be told from others. */
export const anEvent = (label: string | number = ''): DomainEvent => ({
  type: 'InstanceAdded',
  data: { object_id: 'o', label: String(label), url: 'https://media.example.com/o' },
})

export const someEvents = (count: number): DomainEvent[] =>
  Array.from({ length: count }, (_, n) => anEvent(n))

/** Of a segment with an object that was allocated before it; and what is rarer. */
export function writesOfEveryKind(n: number): StreamWrite[] {
  const id = randomUUID()
  const write = (stream: string, ...events: DomainEvent[]): StreamWrite => ({
    stream,
    expectedRevision: 'none',
    events,
  })
  const object = [
    {
      type: 'ObjectAllocated',
      data: { object_id: id, flow_id: id, storage_id: id, key: id, content_type: 'video/mp2t' },
    },
    { type: 'ObjectReferenced', data: { object_id: id, flow_id: id, role: 'media', count: 1 } },
  ] as const satisfies DomainEvent[]
  return [
    write(`object-${id}`, ...object, ...(n % 3 === 0 ? [anEvent(n)] : [])),
    write(`timeline-${id}`, {
      type: 'SegmentsAdded',
      data: { flow_id: id, segments: [{ object_id: id, timerange: `[${n}:0_${n + 1}:0)` }] },
    }),
    ...(n % 5 === 0
      ? [write(`flow-${id}`, { type: 'FlowDeleted', data: { flow_id: id, source_id: id } })]
      : []),
    ...(n % 4 === 0 ? [write(aStream(), anEvent(n))] : []),
    ...(n % 7 === 0 ? [write(aStream(), { type: 'ObjectRetired', data: { object_id: id } })] : []),
  ]
}
