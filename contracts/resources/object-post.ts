import { z } from 'zod'
import { FlowSegmentPost } from './flow-segment.ts'
import { UncontrolledUrls } from './get-url.ts'
import { ObjectId } from './object-id.ts'

const { object_timerange, init_object_id, key_frame_count } = FlowSegmentPost.shape

/** What is said of a media object alone. */
const OF_MEDIA = ['timerange', 'key_frame_count', 'init_object_id'] as const

/** An object that is kept elsewhere, to be known ahead of its use. Not in TAMS. */
export const ObjectPost = z
  .object({
    id: ObjectId.describe('Its id from now on; none that is known here.'),
    role: z
      .enum(['media', 'init'])
      .default('media')
      .describe('Whether it holds media, or what a decoder needs first (ADR 0045).'),
    get_urls: UncontrolledUrls.refine((urls) => urls.length > 0, { error: 'must have a URL' }),
    timerange: object_timerange
      .unwrap()
      .describe('All it holds, on its own timeline. Media objects have one, init objects none.')
      .exactOptional(),
    key_frame_count,
    init_object_id: init_object_id
      .unwrap()
      .describe('The init object a decoder needs first: one that is known here.')
      .exactOptional(),
  })
  .check(({ value, issues }) => {
    const fault = (path: string, message: string) =>
      issues.push({ code: 'custom', path: [path], message, input: value })
    if (value.role === 'media') {
      if (value.timerange === undefined) fault('timerange', 'is missing')
      if (value.init_object_id === value.id) fault('init_object_id', 'must differ from id')
      return
    }
    for (const name of OF_MEDIA) if (value[name] !== undefined) fault(name, 'is not for init objects')
  })
  .meta({ id: 'ObjectPost', description: 'Makes an object that is kept elsewhere known ahead of its use.' })

export type ObjectPost = z.infer<typeof ObjectPost>
