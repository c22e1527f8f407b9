import { describe, expect, it } from 'vitest'
import { readCommand } from '../../../../services/kafka-commands/read-command.ts'

const flow_id = '0d7b4f2e-6f0a-4d53-9a53-3f2f1c6f7f10'
const segment = { object_id: 'clip', timerange: '[0:0_1:0)' }
const attributes = {
  specversion: '1.0',
  id: 'c1',
  source: '/ingest/1',
  type: 'tams.commands.register_segments',
  subject: flow_id,
}
const STRUCTURED = { 'content-type': Buffer.from('application/cloudevents+json; charset=UTF-8') }

const headersOf = (named: object) =>
  Object.fromEntries(Object.entries(named).map(([name, value]) => [`ce_${name}`, Buffer.from(String(value))]))

const binary = (changes: object = {}, value: string | null = JSON.stringify(segment), key?: string) => ({
  key: key === undefined ? null : Buffer.from(key),
  value: value === null ? null : Buffer.from(value),
  headers: headersOf({ ...attributes, ...changes }),
})
const structured = (changes: object = {}) => ({
  key: null,
  value: Buffer.from(JSON.stringify({ ...attributes, data: segment, ...changes })),
  headers: STRUCTURED,
})

const command = {
  source: '/ingest/1',
  id: 'c1',
  flow_id,
  segments: [segment],
  isList: false,
  said: JSON.stringify(segment),
}

describe('a message that is a command', () => {
  it.each([
    ['in binary mode', binary()],
    ['in binary mode, by its key', binary({}, JSON.stringify(segment), flow_id)],
    ['in structured mode', structured({ datacontenttype: 'application/json' })],
    [
      'in structured mode, its data as bytes',
      structured({
        data: undefined,
        data_base64: Buffer.from(JSON.stringify(segment)).toString('base64'),
      }),
    ],
    ['with attributes nobody asked for', binary({ time: '2026-11-25T00:00:00Z', traceparent: '00-1-2-3' })],
  ])('is read %s', (_, message) => {
    expect(readCommand(message)).toStrictEqual({ command })
  })

  it('may be of a list', () => {
    const said = JSON.stringify([segment, segment])
    expect(readCommand(binary({}, said))).toStrictEqual({
      command: { ...command, segments: [segment, segment], isList: true, said },
    })
  })
})

describe('a message that is none', () => {
  const named = { source: '/ingest/1', id: 'c1', flow_id }
  it.each([
    ['has no headers', { key: null, value: Buffer.from('{}'), headers: {} }, {}, /not a CloudEvent/],
    ['has no value', binary({}, null), {}, /no value/],
    ['is not JSON', binary({}, '{'), named, /data is not JSON/],
    ['is no object', { ...structured(), value: Buffer.from('[]') }, {}, /not a CloudEvent/],
    [
      'is structured and not JSON',
      { ...structured(), value: Buffer.from('<x/>') },
      {},
      /the message is not JSON/,
    ],
    ['is of another type', binary({ type: 'tams.commands.other' }), named, /type/],
    ['is of another version', binary({ specversion: '0.3' }), named, /specversion/],
    ['has no id', structured({ id: undefined }), { source: named.source, flow_id }, /id/],
    ['has an id without end', binary({ id: 'x'.repeat(256) }), { source: named.source, flow_id }, /id/],
    ['names no flow', binary({ subject: 'camera 1' }), { source: named.source, id: 'c1' }, /subject/],
    ['has another key', binary({}, JSON.stringify(segment), 'x'), named, /key of the message/],
    ['has data of another kind', structured({ datacontenttype: 'text/xml' }), named, /datacontenttype/],
    ['has no data', structured({ data: undefined }), named, /data/],
    ['is no segment', binary({}, '{"object_id":"clip"}'), named, /timerange/],
    ['is nested without end', binary({}, '['.repeat(20_000)), named, /levels/],
    ['is larger than any body', binary({}, `"${'x'.repeat(8 * 1024 * 1024)}"`), {}, /more than/],
  ])('%s', (_, message, known, summary) => {
    const read = readCommand(message)
    expect(read).toMatchObject({ unreadable: known })
    expect('unreadable' in read && read.unreadable.error.summary).toMatch(summary)
  })
})
