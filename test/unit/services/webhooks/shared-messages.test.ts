import { describe, expect, it } from 'vitest'
import type { PublicEvent } from '../../../../services/public-events/public-event.ts'
import { sharedMessages } from '../../../../services/webhooks/shared-messages.ts'
import { subscriberOf } from '../../../../services/webhooks/subscriber.ts'

const hook = { id: 'hook', url: 'https://hook.example.com/', events: ['flows/segments_added' as const] }
const context = { flow_id: 'flow', source_id: 'source' }

const addedAt = (position: number): PublicEvent => ({
  position,
  id: `event-${position}`,
  timeMs: 0,
  correlationId: 'request',
  type: 'flows/segments_added',
  context,
  told: { what: 'segments', flow_id: 'flow', segments: [] },
})

const subscriberWith = (settings: object, segment: number) => {
  const kept = { status: 'started' as const, acknowledged: undefined, failing: undefined }
  const subscriber = subscriberOf({
    ...kept,
    id: 'hook',
    settings: { ...hook, ...settings },
    lastDeliveryMs: undefined,
  })
  return { ...subscriber, segment }
}

/** @param json of the n-th part that is made */
function making(json: (made: number) => string) {
  const state = { made: 0, nowMs: 0, fails: false }
  const messageOf = sharedMessages({
    publicUrl: () => 'http://framelog.test',
    segments: async () => {
      state.made++
      if (state.fails) throw new Error('no catalog')
      return { json: json(state.made), next: undefined }
    },
    now: () => state.nowMs,
  })
  const ask = async (position: number, settings: object = {}, segment = 0) => {
    const { body } = await messageOf(addedAt(position), subscriberWith(settings, segment))
    return JSON.parse(body.toString()).event.segments as unknown
  }
  return { state, ask, messageOf }
}

describe('what webhooks are sent of segments', () => {
  it('is made once for all that want the same URLs, as long as those hold', async () => {
    const { state, ask } = making((made) => `[${made}]`)
    state.fails = true
    await expect(ask(1)).rejects.toThrow('no catalog')
    state.fails = false
    expect(await ask(1)).toStrictEqual([2])
    expect(await ask(1, { id: 'other', url: 'https://b/', flow_ids: ['x'] })).toStrictEqual([2])
    expect(await ask(1, { presigned: false })).toStrictEqual([3])
    expect(await ask(1, { accept_get_urls: [] })).toStrictEqual([4])
    expect(await ask(1, {}, 25)).toStrictEqual([5])
    expect(await ask(2)).toStrictEqual([6])
    expect(await ask(1)).toStrictEqual([2])
    state.nowMs = 60_000
    expect(await ask(1)).toStrictEqual([7])
  })

  it('is kept up to some megabytes, the latest of it', async () => {
    const { state, ask } = making((made) => JSON.stringify([made, 'x'.repeat(1024 * 1024)]))
    for (const position of [1, 2, 3, 4, 5]) await ask(position)
    expect(state.made).toBe(5)
    await ask(5)
    expect(state.made).toBe(5)
    await ask(1)
    expect(state.made).toBe(6)
  })

  it('is a CloudEvent with a body of its own for each event', async () => {
    const { messageOf } = making(() => '[]')
    const { headers, body, next } = await messageOf(addedAt(12), subscriberWith({}, 0))
    expect(headers).toStrictEqual({
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': 'event-12',
      'ce-source': 'http://framelog.test',
      'ce-type': 'tams.flows.segments_added',
      'ce-subject': 'flow',
      'ce-time': '1970-01-01T00:00:00.000Z',
      'ce-dataschema': headers['ce-dataschema'],
      'ce-sequence': '0000000000000012',
      'ce-partitionkey': 'flow',
    })
    expect(JSON.parse(body.toString())).toStrictEqual({
      event_timestamp: '1970-01-01T00:00:00.000Z',
      event_type: 'flows/segments_added',
      event: { flow_id: 'flow', segments: [] },
    })
    expect(next).toBeUndefined()
  })

  it('is of each reader, where not all may see the same', async () => {
    const told = (json: string) => ({ what: 'flow' as const, json })
    const event: PublicEvent = { ...addedAt(7), type: 'flows/updated', told: told('{"id":"flow"}') }
    let asked = 0
    const messageOf = sharedMessages({
      publicUrl: () => 'http://framelog.test',
      segments: async () => ({ json: '[]', next: undefined }),
      seen: async (whole, { settings }) => {
        asked++
        return { ...whole, told: told(JSON.stringify(settings.reader?.classes ?? 'all')) }
      },
      now: () => 0,
    })
    const flowFor = async (reader?: { groups: string[]; classes: string[] }) => {
      const { body } = await messageOf(event, subscriberWith(reader ? { reader } : {}, 0))
      return JSON.parse(body.toString()).event.flow as unknown
    }
    const news = { groups: ['newsroom'], classes: ['news'] }
    const sport = { groups: ['arena'], classes: ['sport'] }

    expect(await flowFor()).toBe('all')
    expect(await flowFor(news)).toEqual(['news'])
    expect(await flowFor(sport)).toEqual(['sport'])
    expect(await flowFor({ ...news })).toEqual(['news'])
    expect(asked).toBe(3)
  })
})
