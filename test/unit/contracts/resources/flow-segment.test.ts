import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { postFlowSegments } from '../../../../contracts/operations/post-flow-segments.ts'
import {
  FlowSegmentPost,
  FlowSegmentsPost,
  MAX_SEGMENTS_PER_REQUEST,
} from '../../../../contracts/resources/flow-segment.ts'
import { faultsIn } from '../../../support/contracts/faults.ts'

const segment = { object_id: 'a', timerange: '[0:0_1:0)' }
const url = (label: string, address = 'https://media.example.com/a') => ({ url: address, label })

describe('a Flow Segment to be registered', () => {
  it.each([
    ['the least it can say', segment],
    ['an instant', { ...segment, timerange: '[5:0]' }],
    ['an included end', { ...segment, timerange: '[0:0_1:0]' }],
    ['negative time', { ...segment, timerange: '[-5:500_-4:0)' }],
    [
      'everything',
      {
        ...segment,
        init_object_id: 'init',
        ts_offset: '-3:40000000',
        object_timerange: '[0:0_10:0)',
        last_duration: '0:0',
        sample_offset: 0,
        sample_count: 25,
        key_frame_count: 1,
        get_urls: [url('one'), url('two')],
      },
    ],
    ['an object id of many alphabets, and slashes', { ...segment, object_id: '2026/11/21/ß 鏡 🎬?#%2F' }],
    ['an object id of 1024 characters', { ...segment, object_id: '🎬'.repeat(1024) }],
  ])('is accepted whole: %s', (_what, body) => {
    expect(FlowSegmentPost.parse(body)).toEqual(body)
  })

  it.each([
    ['timerange', '0:0_1:0)', '[0:0_1:0)'],
    ['timerange', '[5:0_5:0]', '[5:0]'],
    ['timerange', '7:0', '[7:0]'],
    ['ts_offset', '-0:0', '0:0'],
  ])('keeps %s %s as the text all equal times have: %s', (field, sent, kept) => {
    expect(FlowSegmentPost.parse({ ...segment, [field]: sent })).toEqual({ ...segment, [field]: kept })
  })

  it('forgets fields it does not know', () => {
    expect(FlowSegmentPost.parse({ ...segment, storage_id: 'x', init_object: {} })).toEqual(segment)
  })

  it.each<[what: string, changes: object, said: string]>([
    ['no object', { object_id: undefined }, 'object_id: is missing'],
    [
      'a nameless object',
      { object_id: '' },
      'object_id: must be 1 to 1024 characters, none of them a control character',
    ],
    [
      'too long a name',
      { object_id: 'a'.repeat(1025) },
      'object_id: must be 1 to 1024 characters, none of them a control character',
    ],
    [
      'a control character',
      { object_id: 'a\u0000b' },
      'object_id: must be 1 to 1024 characters, none of them a control character',
    ],
    [
      'half a character',
      { object_id: 'a\ud83d' },
      'object_id: must be 1 to 1024 characters, none of them a control character',
    ],
    ['no timerange', { timerange: undefined }, 'timerange: is missing'],
    ['a number for a timerange', { timerange: 5 }, 'timerange: must be a string'],
    ['no time at all', { timerange: '()' }, 'timerange: must not be empty'],
    ['a range that excludes itself', { timerange: '[1:0_1:0)' }, 'timerange: must not be empty'],
    ['an excluded start', { timerange: '(0:0_1:0)' }, 'timerange: must have a start, and include it'],
    ['no start', { timerange: '_1:0)' }, 'timerange: must have a start, and include it'],
    ['eternity', { timerange: '_' }, 'timerange: must have a start, and include it'],
    ['no end', { timerange: '[0:0_' }, 'timerange: must have an end'],
    [
      'an end before the start',
      { timerange: '[5:0_1:0)' },
      'timerange: a timerange cannot end (1:0) before it starts (5:0)',
    ],
    ['an empty object', { object_timerange: '()' }, 'object_timerange: must not be empty'],
    ['an endless object', { object_timerange: '[0:0_' }, 'object_timerange: must have a start and an end'],
    ['a negative last duration', { last_duration: '-0:1' }, 'last_duration: must not be negative'],
    ['a negative count', { key_frame_count: -1 }, 'key_frame_count: must be at least 0'],
    [
      'itself for an init object',
      { init_object_id: 'a' },
      'init_object_id: must differ from object_id: an init object holds no media',
    ],
    ['a URL without label', { get_urls: [{ url: 'https://a.example' }] }, 'get_urls[0].label: is missing'],
    [
      'a URL of another protocol',
      { get_urls: [url('a', 's3://bucket/a')] },
      'get_urls[0].url: must be an absolute http or https URL',
    ],
    [
      'a relative URL',
      { get_urls: [url('a', '/media/a')] },
      'get_urls[0].url: must be an absolute http or https URL',
    ],
    ['a label twice', { get_urls: [url('a'), url('b'), url('a')] }, 'get_urls: must have labels that differ'],
    [
      'too many URLs',
      { get_urls: Array.from({ length: 101 }, (_, n) => url(`${n}`)) },
      'get_urls: must have at most 100 items',
    ],
  ])('is refused, and its client told why: %s', (_what, changes, said) => {
    const body = JSON.parse(JSON.stringify({ ...segment, ...changes }))
    expect(faultsIn(FlowSegmentsPost, body)).toBe(said)
  })
})

describe('a list of Flow Segments', () => {
  const list = (length: number, item: unknown = segment) => Array.from({ length }, () => item)

  it('stays a list, and a single one stays single', () => {
    expect(FlowSegmentsPost.parse([segment, segment])).toEqual([segment, segment])
    expect(FlowSegmentsPost.parse(segment)).toEqual(segment)
  })

  it('may be empty, or as long as is allowed', () => {
    expect(FlowSegmentsPost.parse([])).toEqual([])
    expect(FlowSegmentsPost.parse(list(MAX_SEGMENTS_PER_REQUEST))).toHaveLength(MAX_SEGMENTS_PER_REQUEST)
  })

  it('is refused at a glance when it is longer, whatever is in it', () => {
    const { error } = FlowSegmentsPost.safeParse(list(MAX_SEGMENTS_PER_REQUEST + 1, 1))
    const issues = error?.issues.flatMap((issue) =>
      issue.code === 'invalid_union' ? issue.errors.flat() : issue,
    )
    expect(issues).toHaveLength(2)
    expect(faultsIn(FlowSegmentsPost, list(5001, 1))).toBe('body: must have at most 5000 items')
  })

  it('is refused with the place of what is wrong', () => {
    expect(faultsIn(FlowSegmentsPost, [segment, { ...segment, timerange: '_' }])).toBe(
      '[1].timerange: must have a start, and include it',
    )
  })

  it.each(['a text', 5, null])('is neither %j', (body) => {
    expect(faultsIn(FlowSegmentsPost, body)).toBe('body: must be an object or a list')
  })

  it('is read by compiled code, and to the same effect', () => {
    expect(() => z.compile(FlowSegmentsPost, { strict: true })).not.toThrow()
    expect(postFlowSegments.body?.parse([{ object_id: 'a', timerange: '7:0', more: 1 }])).toEqual([
      { object_id: 'a', timerange: '[7:0]' },
    ])
  })
})
