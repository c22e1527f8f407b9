import { dateTime } from '../api/http/date-time.ts'
import type { PublicEvent, Told } from './public-event.ts'

/**
 * A notification as JSON text.
 * @param segments for `flows/segments_added`: the segments, as JSON text
 * @see TAMS `webhooks`; contracts/events/public/notification.ts
 */
export const renderBody = ({ timeMs, type, told }: PublicEvent, segments = '[]'): string =>
  `{"event_timestamp":"${dateTime(timeMs)}","event_type":"${type}","event":${eventOf(told, segments)}}`

function eventOf(told: Told, segments: string): string {
  switch (told.what) {
    case 'flow':
      return `{"flow":${told.json}}`
    case 'source':
      return `{"source":${told.json}}`
    case 'deletion':
      return `{"flow_delete_request":${told.json}}`
    case 'object':
      return JSON.stringify(told.event)
    case 'segments':
      return `{"flow_id":${JSON.stringify(told.flow_id)},"segments":${segments}}`
    default: {
      const { what: _, ...event } = told
      return JSON.stringify(event)
    }
  }
}
