import { HTTP } from 'cloudevents'
import { describe, expect, it } from 'vitest'
import { CloudEventAttributes } from '../../../../contracts/events/public/cloud-event.ts'
import {
  cloudEventAttributes,
  cloudEventHeaders,
  cloudEventOf,
} from '../../../../services/public-events/cloud-event.ts'
import type { PublicEvent, Told } from '../../../../services/public-events/public-event.ts'

const [FLOW, SOURCE, DELETION] = ['flow', 'source', 'deletion']
const context = { flow_id: FLOW, source_id: SOURCE }
const base = {
  position: 12,
  id: 'id',
  timeMs: Date.parse('2026-11-21T03:30:00.000Z'),
  correlationId: 'request',
}

describe('a CloudEvent', () => {
  it.each<[type: PublicEvent['type'], PublicEvent['context'], Told, subject: string, partition: string]>([
    ['flows/created', context, { what: 'flow', json: '{}' }, FLOW, FLOW],
    ['sources/created', { source_id: SOURCE }, { what: 'source', json: '{}' }, SOURCE, SOURCE],
    [
      'flow_delete_requests/created',
      context,
      { what: 'deletion', deletion_id: DELETION, json: '{}' },
      DELETION,
      FLOW,
    ],
    ['objects/deleted', {}, { what: 'object', object_id: 'ö/1', event: {} }, 'ö/1', 'ö/1'],
  ])(
    'of %s says what it is of, and what it is in order with',
    (type, itsContext, told, subject, partition) => {
      const event = { ...base, type, context: itsContext, told }
      const attributes = cloudEventAttributes(event, 'http://localhost:8000')
      expect(CloudEventAttributes.parse(attributes)).toEqual(attributes)
      expect(attributes).toMatchObject({
        type: `tams.${type.replace('/', '.')}`,
        subject,
        partitionkey: partition,
        sequence: '0000000000000012',
        time: '2026-11-21T03:30:00.000Z',
      })
      // The SDK refuses what is none.
      const made = cloudEventOf(event, 'http://localhost:8000')
      expect(made.toJSON()).toEqual(attributes)
      expect(cloudEventHeaders(event, 'http://localhost:8000')).toStrictEqual(HTTP.binary(made).headers)
    },
  )
})
