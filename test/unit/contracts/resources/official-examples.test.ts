import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { DeletionRequest } from '../../../../contracts/resources/deletion-request.ts'
import { Flow } from '../../../../contracts/resources/flow.ts'
import { FlowCollection } from '../../../../contracts/resources/flow-collection.ts'
import { FlowPut } from '../../../../contracts/resources/flow-put.ts'
import {
  FailedSegments,
  FlowSegment,
  FlowSegmentsPost,
} from '../../../../contracts/resources/flow-segment.ts'
import { FlowStorage, FlowStoragePost } from '../../../../contracts/resources/flow-storage.ts'
import { MediaObject } from '../../../../contracts/resources/media-object.ts'
import { Profile, ProfilePost } from '../../../../contracts/resources/profile.ts'
import { Service, ServicePost } from '../../../../contracts/resources/service.ts'
import { Source, SourcePut } from '../../../../contracts/resources/source.ts'
import { StorageBackend } from '../../../../contracts/resources/storage-backend.ts'
import { Tags } from '../../../../contracts/resources/tags.ts'
import { Webhook, WebhookPost, WebhookPut } from '../../../../contracts/resources/webhook.ts'
import {
  exampleNames,
  hasSpecification,
  ifSpecified,
  readExample,
} from '../../../support/contracts/tams-specification.ts'

/** Which examples are of which resource, by the file's name; the first that fits counts. */
const RESOURCES: readonly (readonly [name: RegExp, schema: z.ZodType])[] = [
  [/^deletion-requests?-get/, DeletionRequest],
  [/^flow-put/, FlowPut],
  [/^flows?-get/, Flow],
  [/^flow-segment-partial-failure/, FailedSegments],
  [/^flow-segment-post/, FlowSegmentsPost],
  [/^flow-segments-get/, FlowSegment],
  [/^flow-storage-post-201/, FlowStorage],
  [/^flow-storage-post/, FlowStoragePost],
  [/^flow-tags-get/, Tags],
  [/^objects-get/, MediaObject],
  [/^profile-put/, ProfilePost],
  [/^profiles?-(get|post)/, Profile],
  [/^service-get/, Service],
  [/^service-post/, ServicePost],
  [/^sources?-get/, Source],
  [/^storage-backends-get/, StorageBackend],
  [/^webhook-get/, Webhook],
  [/^webhook-post/, WebhookPost],
  [/^webhook-put/, WebhookPut],
]

/** What a client may send of a Flow, and the service does not read. */
const IGNORED_IN_PUT = ['created', 'metadata_updated', 'segments_updated', 'timerange', 'collected_by']

type Difference = { readonly ignored: readonly string[]; readonly added?: object }

/** What of an example is not read, and what is understood though it is not said. */
const DIFFERENCES = new Map<z.ZodType, Difference>([
  [FlowPut, { ignored: IGNORED_IN_PUT }],
  // One example has a property that profile.json does not know.
  [Profile, { ignored: ['urn'] }],
  [WebhookPost, { ignored: [], added: { status: 'created' } }],
])
const IGNORED_IN_SOURCE = ['created', 'updated', 'source_collection', 'collected_by']

/** Times without a zone, which JSON Schema's date-time does not allow either. */
const WRONG_EXAMPLES = ['flow-get-200-data-ttml.json', 'flow-get-200-multi.json']

const examples = exampleNames().flatMap((name) => {
  const schema = RESOURCES.find(([pattern]) => pattern.test(name))?.[1]
  const bodies = hasSpecification ? [readExample(name)].flat() : []
  return schema ? bodies.map((body, index) => ({ name: `${name}[${index}]`, file: name, schema, body })) : []
})

describe.skipIf(!hasSpecification)(`the examples of the TAMS specification${ifSpecified}`, () => {
  const right = examples.filter(({ file }) => !WRONG_EXAMPLES.includes(file))

  it('include some of every resource', () => {
    for (const [pattern] of RESOURCES) expect(right.some(({ file }) => pattern.test(file))).toBe(true)
  })

  it.each(right)('$name is understood, and nothing of it is lost', ({ schema, body }) => {
    const difference = DIFFERENCES.get(schema)
    expect(schema.parse(body)).toEqual(
      difference ? { ...without(difference.ignored, body), ...difference.added } : body,
    )
  })

  it.each(examples.filter(({ file }) => file.startsWith('flow-get')))('$name can be put back', ({ body }) => {
    expect(FlowPut.parse(body)).toEqual(without(IGNORED_IN_PUT, body))
  })

  it.each(examples.filter(({ file }) => file.startsWith('source')))('$name can be put back', ({ body }) => {
    expect(SourcePut.parse(body)).toEqual(without(IGNORED_IN_SOURCE, body))
  })

  it.each(['flow-collection-put.json', 'flow-collection-get-200.json'])('%s keeps its order', (name) => {
    expect(FlowCollection.parse(readExample(name))).toEqual(readExample(name))
  })

  it.each(examples.filter(({ file }) => WRONG_EXAMPLES.includes(file)))(
    '$name is wrong in its time of creation alone',
    ({ schema, body }) => {
      const { error } = schema.safeParse(body)
      expect(error?.issues.map(({ path }) => path)).toEqual([['created']])
    },
  )
})

function without(names: readonly string[], body: unknown): object {
  return Object.fromEntries(Object.entries(body as object).filter(([name]) => !names.includes(name)))
}
