import fc from 'fast-check'
import type { FlowMetadata } from '../../contracts/resources/flow.ts'
import type { FlowSegmentPost } from '../../contracts/resources/flow-segment.ts'
import { parseTimeRange } from '../../contracts/time/timerange.ts'
import type { AskedDeletion } from '../../services/commands/request-deletion.ts'
import { type CommandHarness, KEPT_FOR_SECONDS } from './command-harness.ts'
import { audioFlow, fragmentedFlow, multiFlow, videoFlow } from './flow-metadata.ts'
import { changeFlow, changeSource, deleteSource, writeSource } from './random-changes.ts'
import { collection, type FLOWS, flowId, objectId, sourceId, tagValue, text } from './random-names.ts'
import { profilePrologue, randomProfileCommand } from './random-profile-commands.ts'
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

const deleteFlow: fc.Arbitrary<RandomCommand> = flowId.map((id) => (harness) => harness.deleteFlow(id))
const drain: fc.Arbitrary<RandomCommand> = flowId.map((id) => (harness) => harness.drain(id))
const retire: fc.Arbitrary<RandomCommand> = objectId.map((id) => (harness) => harness.retire(id))

const allocate: fc.Arbitrary<RandomCommand> = fc
  .tuple(flowId, fc.uniqueArray(objectId, { minLength: 1, maxLength: 3 }))
  .map(
    ([id, objects]) =>
      (harness) =>
        harness.allocate(id, ...objects),
  )

const NANOSECOND = 1n
const HALF = 500_000_000n
const instant = fc
  .tuple(fc.integer({ min: -3, max: 25 }), fc.constantFrom(0n, NANOSECOND, HALF, -NANOSECOND))
  .map(([second, more]) => BigInt(second) * 2n * HALF + more)

const timestamp = (ns: bigint): string => {
  const magnitude = ns < 0n ? -ns : ns
  return `${ns < 0n ? '-' : ''}${magnitude / 1_000_000_000n}:${magnitude % 1_000_000_000n}`
}

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

const bound = fc.option(instant, { nil: undefined, freq: 4 })
const range = fc
  .tuple(bound, bound, fc.constantFrom('[', '('), fc.constantFrom(']', ')'))
  .map(([a, b, opening, closing]) => {
    const [start, end] = a !== undefined && b !== undefined && a > b ? [b, a] : [a, b]
    const isInstant = start !== undefined && start === end
    const from = start === undefined ? '' : `${isInstant ? '[' : opening}${timestamp(start)}`
    const to = end === undefined ? '' : `${timestamp(end)}${isInstant ? ']' : closing}`
    return `${from}_${to}`
  })

const deleteSegments: fc.Arbitrary<RandomCommand> = fc
  .tuple(flowId, range, fc.option(objectId, { nil: undefined }))
  .map(
    ([id, timerange, object_id]) =>
      (harness) =>
        harness.deleteSegments(id, timerange, object_id),
  )

/** The last deletions that a harness was asked for. */
const asked = new WeakMap<CommandHarness, string[]>()

async function ask(harness: CommandHarness, deletion: AskedDeletion): Promise<void> {
  const outcome = await harness.requestDeletion(deletion)
  if ('refused' in outcome) return
  asked.set(harness, [outcome.deletion_id, ...(asked.get(harness) ?? [])].slice(0, 3))
}

const requestDeletion: fc.Arbitrary<RandomCommand> = fc.oneof(
  flowId.map((flow_id) => (harness: CommandHarness) => ask(harness, { flow_id, delete_flow: true })),
  fc.tuple(flowId, range, fc.option(objectId, { nil: undefined })).map(
    ([flow_id, timerange, object_id]) =>
      (harness: CommandHarness) =>
        ask(harness, {
          flow_id,
          delete_flow: false,
          range: parseTimeRange(timerange),
          ...(object_id !== undefined && { object_id }),
        }),
  ),
)

const workOnDeletion: fc.Arbitrary<RandomCommand> = fc
  .tuple(
    fc.nat({ max: 2 }),
    fc.integer({ min: 1, max: 3 }),
    fc.constantFrom(...Array(7).fill('advance'), 'fail'),
  )
  .map(([index, segmentsPerChunk, work]) => async (harness) => {
    const id = asked.get(harness)?.[index]
    if (id === undefined) return
    await (work === 'fail' ? harness.fail(id) : harness.advance(id, segmentsPerChunk))
  })

/** Now, or when all have expired. */
const forget: fc.Arbitrary<RandomCommand> = fc
  .constantFrom(0, 2 * KEPT_FOR_SECONDS * 1000)
  .map((laterMs) => (harness) => harness.forget(Date.now() + laterMs))

const updateService: fc.Arbitrary<RandomCommand> = fc
  .record({ name: text, description: text }, { requiredKeys: [] })
  .map((update) => (harness) => harness.updateService(update))

const randomCommand: fc.Arbitrary<RandomCommand> = fc.oneof(
  { weight: 4, arbitrary: putFlow },
  { weight: 1, arbitrary: deleteFlow },
  { weight: 3, arbitrary: changeFlow },
  { weight: 2, arbitrary: changeSource },
  { weight: 1, arbitrary: writeSource },
  { weight: 1, arbitrary: deleteSource },
  { weight: 1, arbitrary: drain },
  { weight: 2, arbitrary: allocate },
  { weight: 12, arbitrary: register },
  { weight: 3, arbitrary: deleteSegments },
  { weight: 1, arbitrary: retire },
  { weight: 2, arbitrary: requestDeletion },
  { weight: 8, arbitrary: workOnDeletion },
  { weight: 1, arbitrary: forget },
  { weight: 1, arbitrary: updateService },
  { weight: 2, arbitrary: profileCommand },
  { weight: 3, arbitrary: randomWebhookCommand },
)

/** What every sequence begins with, so that most commands find something to work on. */
const prologue: readonly RandomCommand[] = [
  ({ putFlow }) => putFlow(videoFlow('video', 'camera')),
  ({ putFlow }) => putFlow(videoFlow('copy', 'camera')),
  ({ putFlow }) => putFlow(fragmentedFlow('fragmented', 'other camera')),
  ({ putFlow }) => putFlow(audioFlow('sound', 'microphone')),
  ({ allocate }) => allocate('video', 'a', 'b', '__proto__'),
  ({ allocate }) => allocate('fragmented', 'c', 'd', 'head'),
  ({ allocate }) => allocate('sound', 'e'),
  ...profilePrologue,
  ...webhookPrologue,
]

export const randomCommands = (maxLength: number): fc.Arbitrary<readonly RandomCommand[]> =>
  fc
    .noBias(fc.array(randomCommand, { minLength: maxLength / 2, maxLength, size: 'max' }))
    .map((commands) => [...prologue, ...commands])
