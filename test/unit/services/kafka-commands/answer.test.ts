import { describe, expect, it } from 'vitest'
import { SEGMENTS_REGISTERED } from '../../../../contracts/events/public/segment-commands.ts'
import { type Answer, answerPieces } from '../../../../services/kafka-commands/answer.ts'
import { rejected } from '../../../../services/kafka-commands/carry-out.ts'

const flow_id = '0d7b4f2e-6f0a-4d53-9a53-3f2f1c6f7f10'
const told = { prefix: 'eu', source: 'https://tams.example' }
const place = { topic: 'eu.commands.segments', partition: 3, offset: '7' }
const error = { type: 'bad_request', summary: 'the message is not a CloudEvent' }

const registered = (text = ''): Answer => ({
  id: flow_id,
  timeMs: 0,
  flow_id,
  type: SEGMENTS_REGISTERED,
  data: {
    command: { source: '/ingest', id: text },
    flow_id,
    position: 1,
    registered: 1,
    failed: 0,
    failed_segments: [],
  },
})

describe('answers', () => {
  it('are CloudEvents, each to the topic of its kind, keyed as what is answered', () => {
    const answers = [registered('c'), rejected({ error }, place, 0)]
    const pieces = [...answerPieces(answers, [{ key: null }, { key: Buffer.from('k') }], told)]
    expect(pieces).toStrictEqual([
      [
        {
          topic: 'eu.commands.results',
          messages: [
            {
              key: flow_id,
              value: JSON.stringify(answers[0]!.data),
              headers: {
                ce_specversion: '1.0',
                ce_id: flow_id,
                ce_source: 'https://tams.example',
                ce_type: 'tams.commands.segments_registered',
                ce_subject: flow_id,
                ce_time: '1970-01-01T00:00:00.000Z',
                'content-type': 'application/json',
              },
            },
          ],
        },
        {
          topic: 'eu.commands.rejected',
          messages: [
            {
              key: Buffer.from('k'),
              value: JSON.stringify({
                error: { ...error, time: '1970-01-01T00:00:00.000Z' },
                message: place,
              }),
              headers: expect.objectContaining({ ce_id: expect.stringMatching(/^[0-9a-f-]{36}$/) }),
            },
          ],
        },
      ],
    ])
  })

  it('to what has no name have the same id each time, and another elsewhere', () => {
    const idAt = (offset: string) => rejected({ error }, { ...place, offset }, 0).id
    expect(idAt('7')).toBe(idAt('7'))
    expect(idAt('8')).not.toBe(idAt('7'))
  })

  it('go out in pieces that a topic takes, in their order', () => {
    const answers = Array.from({ length: 30 }, (_, index) => registered(`${index} ${'x'.repeat(100_000)}`))
    const pieces = [
      ...answerPieces(
        answers,
        answers.map(() => ({ key: null })),
        told,
      ),
    ]
    const sizes = pieces.map(([topic]) =>
      topic!.messages.reduce((sum, { value }) => sum + String(value).length, 0),
    )
    expect(Math.max(...sizes)).toBeLessThan(500_000)
    const sent = pieces.flatMap(([topic]) => topic!.messages.map(({ value }) => value))
    expect(sent).toStrictEqual(answers.map(({ data }) => JSON.stringify(data)))
  })
})
