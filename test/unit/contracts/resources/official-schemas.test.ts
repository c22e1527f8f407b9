import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { FlowPut } from '../../../../contracts/resources/flow-put.ts'
import { FlowSegmentPost } from '../../../../contracts/resources/flow-segment.ts'
import { FlowStoragePost } from '../../../../contracts/resources/flow-storage.ts'
import { ProfilePost } from '../../../../contracts/resources/profile.ts'
import { ServicePost } from '../../../../contracts/resources/service.ts'
import { WebhookPost, WebhookPut } from '../../../../contracts/resources/webhook.ts'
import { type Mutant, mutantsOf } from '../../../support/contracts/mutations.ts'
import {
  exampleNames,
  hasSpecification,
  ifSpecified,
  readExample,
  readSchema,
  schemaNames,
} from '../../../support/contracts/tams-specification.ts'

const IGNORED = /^(created|metadata_updated|segments_updated|timerange|collected_by)\b/

const segment = {
  object_id: 'a',
  timerange: '[0:0_1:0)',
  init_object_id: 'b',
  ts_offset: '0:0',
  object_timerange: '[0:0_1:0)',
  last_duration: '0:40000000',
  sample_offset: 0,
  sample_count: 25,
  key_frame_count: 1,
  get_urls: [{ url: 'https://media.example.com/a', label: 'elsewhere' }],
}

const webhook = {
  id: 'c8b7a3f4-52c9-4d5e-9b0a-1f4e6d7c8b90',
  url: 'https://hook.example.com/',
  api_key_name: 'X-Key',
  api_key_value: 'a',
  events: ['flows/created'],
  flow_ids: ['0d7b4f2e-6f0a-4d53-9a53-3f2f1c6f7f10'],
  source_ids: ['7f1de0a4-3b43-4f0e-8f0e-6d1d3a4c9b21'],
  flow_collected_by_ids: ['7f1de0a4-3b43-4f0e-8f0e-6d1d3a4c9b21'],
  source_collected_by_ids: ['7f1de0a4-3b43-4f0e-8f0e-6d1d3a4c9b21'],
  accept_get_urls: ['local'],
  accept_storage_ids: ['60af2ab4-e8a5-4c65-a09b-d35983680315'],
  presigned: true,
  verbose_storage: true,
  include_object_timerange: true,
  tags: { site: 'a' },
  status: 'created',
}

const storage = {
  object_ids: ['a', 'b'],
  storage_id: '60af2ab4-e8a5-4c65-a09b-d35983680315',
  content_type: 'video/mp4',
  presigned: true,
}

describe.skipIf(!hasSpecification)(`beside the JSON schemas of the TAMS specification${ifSpecified}`, () => {
  const flows = exampleNames().filter((name) => /^flow-(get|put)/.test(name))

  it.each(flows)('no Flow that differs from %s in one place is judged otherwise', (name) => {
    const { lenient, strict } = compare('flow-put.json', FlowPut, hasSpecification ? readExample(name) : {})
    expect(lenient.filter(({ path }) => !IGNORED.test(path.join('.'))).map(named)).toEqual([])
    expect(strict.filter((mutant) => !isProse(mutant)).map(named)).toEqual([])
  })

  it('a Flow Segment is judged otherwise only where the specification’s prose is stricter than its schema', () => {
    const { lenient, strict } = compare('flow-segment-post.json', FlowSegmentPost, segment)
    expect(lenient.map(named)).toEqual([])
    expect(strict.map(named)).toEqual([
      'object_id = ""',
      'timerange = ""',
      'init_object_id = ""',
      'object_timerange = ""',
      'sample_offset = -1',
      'sample_count = -1',
      'key_frame_count = -1',
      'get_urls.0.url = ""',
      'get_urls.0.url = "x"',
      'get_urls.0.label = ""',
    ])
  })

  it('a request for storage is judged otherwise only where it asks for fewer than one object or names none', () => {
    const listed = compare('flow-storage-post.json', FlowStoragePost, storage)
    expect(listed.lenient.map(named)).toEqual([])
    expect(listed.strict.map(named)).toEqual(['object_ids.0 = ""', 'object_ids.1 = ""'])
    const counted = compare('flow-storage-post.json', FlowStoragePost, { limit: 5 })
    expect(counted.lenient.map(named)).toEqual([])
    expect(counted.strict.map(named)).toEqual(['limit = -1', 'limit = 0'])
  })

  const profiles = exampleNames().filter((name) => /^profile-/.test(name))

  it.each(profiles)('no Profile that differs from %s in one place is judged otherwise', (name) => {
    const { lenient, strict } = compare(
      'profile.json',
      ProfilePost,
      hasSpecification ? readExample(name) : {},
    )
    expect(lenient.filter(({ path }) => path[0] !== 'created').map(named)).toEqual([])
    expect(strict.map(named)).toEqual([])
  })

  it('a webhook is judged otherwise only where it could not be carried out', () => {
    const { id: _, ...post } = webhook
    const strict = [
      ' added',
      'url = ""',
      'url = "x"',
      'api_key_name left out',
      'api_key_name = ""',
      'api_key_value = ""',
    ]
    for (const judged of [
      compare('webhook-post.json', WebhookPost, post),
      compare('webhook-put.json', WebhookPut, webhook),
    ]) {
      expect(judged.lenient.map(named)).toEqual([])
      expect(judged.strict.map(named).map((text) => text.replace('unknown', ''))).toEqual(strict)
    }
  })

  it('a change of the service is judged alike', () => {
    const { lenient, strict } = compare('service-post.json', ServicePost, { name: 'a', description: 'b' })
    expect([...lenient, ...strict].map(named)).toEqual([])
  })
})

/** The specification's words, not its schema, make raw media describe its samples. */
function isProse({ path, change }: Mutant): boolean {
  const isAboutSamples = /^essence_parameters\.(bit_depth|unc_parameters|(horiz|vert)_chroma_subs)$/
  return change === 'left out' && isAboutSamples.test(path.join('.'))
}

let validators: Ajv2020 | undefined

/** What the official schema refuses and ours takes (lenient), and the reverse (strict). */
function compare(official: string, ours: z.ZodType, body: unknown) {
  const validate = officialValidator(official)
  expect(ours.safeParse(body).success).toBe(true)
  expect(validate(body)).toBe(true)
  const judged = mutantsOf(body).map((mutant) => ({
    mutant,
    here: ours.safeParse(mutant.body).success,
    there: validate(mutant.body),
  }))
  return {
    lenient: judged.filter(({ here, there }) => here && !there).map(({ mutant }) => mutant),
    strict: judged.filter(({ here, there }) => there && !here).map(({ mutant }) => mutant),
  }
}

function officialValidator(name: string): ValidateFunction {
  if (!validators) {
    validators = new Ajv2020({ strict: false, validateFormats: false })
    for (const schema of schemaNames()) validators.addSchema(readSchema(schema), schema)
  }
  const validate = validators.getSchema(name)
  if (!validate) throw new Error(`no official schema ${name}`)
  return validate
}

const named = ({ path, change }: Mutant): string => `${path.join('.')} ${change}`
