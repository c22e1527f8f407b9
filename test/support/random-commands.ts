import fc from 'fast-check'
import type { FlowMetadata } from '../../contracts/resources/flow.ts'
import type { FlowSegmentPost } from '../../contracts/resources/flow-segment.ts'
import { KeyReused } from '../../services/commands/answered-commands.ts'
import type { CommandHarness } from './command-harness.ts'
import { audioFlow, fragmentedFlow, multiFlow, videoFlow } from './flow-metadata.ts'
import { changeFlow, changeSource, deleteSource, writeSource } from './random-changes.ts'
import { deleteFlow, randomDeletionCommand, restore, withGrace } from './random-deletion-commands.ts'
import { collection, type FLOWS, flowId, objectId, sourceId, tagValue, text } from './random-names.ts'
import { objectPrologue, randomObjectCommand } from './random-object-commands.ts'
import { profilePrologue, randomProfileCommand } from './random-profile-commands.ts'
import { HALF, instant, NANOSECOND, range, timestamp } from './random-timeranges.ts'
import { randomWebhookCommand, webhookPrologue } from './random-webhook-commands.ts'
import { sometimes } from './sometimes.ts'

/** One thing that a client, or whoever cleans up, does. */
export type RandomCommand = (harness: CommandHarness) => Promise<unknown>

const changes = sometimes<Required<Changes>>(3, {
  label: text,
  description: text,
  created_by: text,
  updated_by: text,
  metadata_version: text,
  status: fc.constantFrom('ingesting', 'closed_complete'),
  tags: fc.dictionary(text, tagValue, { maxKeys: 3 }),
  flow_collection: collection,
})

type Changes = Partial<
  Pick<
    FlowMetadata,
    | 'label'
    | 'description'
    | 'created_by'
    | 'updated_by'
    | 'metadata_version'
    | 'status'
    | 'tags'
    | 'flow_collection'
  >
>

const MAKERS: Record<(typeof FLOWS)[number], (id: string, source: string, changes: Changes) => FlowMetadata> =
  {
    video: videoFlow,
    copy: videoFlow,
    fragmented: fragmentedFlow,
    sound: audioFlow,
    programme: multiFlow,
  }

const putFlow: fc.Arbitrary<RandomCommand> = fc.tuple(flowId, sourceId, changes).map(
  ([id, source, made]) =>
    (harness) =>
      harness.putFlow(MAKERS[id](id, source, made)),
)

const profileCommand: fc.Arbitrary<RandomCommand> = randomProfileCommand(
  fc.tuple(flowId, sourceId, changes).map(([id, source_id, made]) => ({ id, source_id, ...made })),
)

const drain: fc.Arbitrary<RandomCommand> = flowId.map((id) => (harness) => harness.drain(id))
const retire: fc.Arbitrary<RandomCommand> = objectId.map((id) => (harness) => harness.retire(id))

const allocate: fc.Arbitrary<RandomCommand> = fc
  .tuple(flowId, fc.uniqueArray(objectId, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(
    ([id, objects, plain]) =>
      (harness) =>
        plain ? harness.allocatePlain(id, ...objects) : harness.allocate(id, ...objects),
  )

const segmentRange = fc
  .tuple(instant, fc.constantFrom(0n, NANOSECOND, HALF, 2n * HALF, 4n * HALF), fc.constantFrom(']', ')'))
  .map(([start, length, closing]) =>
    length === 0n ? `[${timestamp(start)}]` : `[${timestamp(start)}_${timestamp(start + length)}${closing}`,
  )

/** Mostly more than any segment uses. */
const wholeObject = fc.constantFrom(...Array(7).fill('[-20:0_60:0)'), '[0:0_4:0)')

const segment: fc.Arbitrary<FlowSegmentPost> = fc
  .tuple(
    fc.record({ object_id: objectId, timerange: segmentRange, object_timerange: wholeObject }),
    sometimes<Required<Omit<FlowSegmentPost, 'object_id' | 'timerange' | 'object_timerange'>>>(8, {
      init_object_id: fc.constantFrom('head', 'head 2', 'a'),
      ts_offset: fc.constantFrom('0:0', '1:0', '-2:0'),
      last_duration: fc.constant('0:1'),
      sample_offset: fc.constant(0),
      sample_count: fc.nat({ max: 3 }),
      key_frame_count: fc.nat({ max: 2 }),
      get_urls: fc.uniqueArray(
        fc.record({
          label: fc.constantFrom('web', 'mirror', 'disk'),
          url: fc.constantFrom('https://a/', 'https://b/'),
        }),
        { maxLength: 2, selector: ({ label }) => label },
      ),
    }),
  )
  .map(([needed, more]) => ({ ...needed, ...more }))

/** Most know that the one flow needs an init object. */
const segmentOf = (id: (typeof FLOWS)[number]) =>
  id === 'fragmented' ? segment.map((each) => ({ init_object_id: 'head', ...each })) : segment

const register: fc.Arbitrary<RandomCommand> = flowId.chain((id) =>
  fc
    .array(segmentOf(id), { minLength: 1, maxLength: 5 })
    .map((segments) => (harness) => harness.register(id, ...segments)),
)

/** Few keys: most are used again, for something else. */
const registerByKey: fc.Arbitrary<RandomCommand> = fc
  .tuple(
    fc.constantFrom('k1', 'k2', 'k3', 'k4'),
    flowId.chain((id) => fc.tuple(fc.constant(id), segmentOf(id))),
  )
  .map(
    ([key, [id, post]]) =>
      (harness) =>
        harness.registerByKey(key, id, post).catch(unlessReused),
  )

const unlessReused = (error: unknown): void => {
  if (!(error instanceof KeyReused)) throw error
}

const deleteSegments: fc.Arbitrary<RandomCommand> = fc
  .tuple(flowId, range, fc.option(objectId, { nil: undefined }))
  .map(
    ([id, timerange, object_id]) =>
      (harness) =>
        harness.deleteSegments(id, timerange, object_id),
  )

const updateService: fc.Arbitrary<RandomCommand> = fc
  .record({ name: text, description: text }, { requiredKeys: [] })
  .map((update) => (harness) => harness.updateService(update))

const randomCommand: fc.Arbitrary<RandomCommand> = fc.oneof(
  { weight: 4, arbitrary: putFlow },
  { weight: 2, arbitrary: deleteFlow },
  { weight: 3, arbitrary: changeFlow },
  { weight: 2, arbitrary: changeSource },
  { weight: 1, arbitrary: writeSource },
  { weight: 1, arbitrary: deleteSource },
  { weight: 1, arbitrary: drain },
  { weight: 2, arbitrary: allocate },
  { weight: 12, arbitrary: register },
  { weight: 1, arbitrary: registerByKey },
  { weight: 3, arbitrary: deleteSegments },
  { weight: 1, arbitrary: retire },
  { weight: 14, arbitrary: randomDeletionCommand },
  { weight: 14, arbitrary: randomObjectCommand },
  { weight: 1, arbitrary: updateService },
  { weight: 2, arbitrary: profileCommand },
  { weight: 3, arbitrary: randomWebhookCommand },
)

/** Flows that come and go, and collect each other. */
export const randomFlowCommands = (maxLength: number): fc.Arbitrary<readonly RandomCommand[]> =>
  fc.noBias(
    fc.array(fc.oneof({ weight: 3, arbitrary: putFlow }, { weight: 1, arbitrary: deleteFlow }), {
      minLength: maxLength / 2,
      maxLength,
      size: 'max',
    }),
  )

const collect: fc.Arbitrary<RandomCommand> = fc.tuple(flowId, collection).map(
  ([id, value]) =>
    (harness) =>
      harness.changeFlow(id, { property: 'flow_collection', value }),
)

/** The same where flows can be had back, until their deletions begin. */
export const randomReturns = (maxLength: number): fc.Arbitrary<readonly RandomCommand[]> => {
  const command = fc.oneof(
    { weight: 2, arbitrary: putFlow },
    { weight: 5, arbitrary: collect },
    { weight: 4, arbitrary: deleteFlow },
    { weight: 5, arbitrary: restore },
    { weight: 1, arbitrary: randomDeletionCommand },
  )
  const commands = fc.array(command, { minLength: maxLength / 2, maxLength, size: 'max' })
  return fc.noBias(commands).map((sequence) => [...flowPrologue, withGrace, ...sequence])
}

const flowPrologue: readonly RandomCommand[] = [
  ({ putFlow }) => putFlow(videoFlow('video', 'camera')),
  ({ putFlow }) => putFlow(videoFlow('copy', 'camera')),
  ({ putFlow }) => putFlow(fragmentedFlow('fragmented', 'other camera')),
  ({ putFlow }) => putFlow(audioFlow('sound', 'microphone')),
]

/** What every sequence begins with, so that most commands find something to work on. */
const prologue: readonly RandomCommand[] = [
  ...flowPrologue,
  ({ allocate }) => allocate('video', 'a', 'b', '__proto__'),
  ({ allocate }) => allocate('fragmented', 'c', 'd', 'head'),
  ({ allocate }) => allocate('sound', 'e'),
  ...profilePrologue,
  ...webhookPrologue,
  ...objectPrologue,
]

export const randomCommands = (maxLength: number): fc.Arbitrary<readonly RandomCommand[]> =>
  fc
    .tuple(
      fc.noBias(fc.array(randomCommand, { minLength: maxLength / 2, maxLength, size: 'max' })),
      fc.boolean(),
    )
    .map(([commands, isGraced]) => [...prologue, ...(isGraced ? [withGrace] : []), ...commands])
