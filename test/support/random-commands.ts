import fc from 'fast-check'
import type { FlowMetadata } from '../../contracts/resources/flow.ts'
import type { FlowSegmentPost } from '../../contracts/resources/flow-segment.ts'
import type { CommandHarness } from './command-harness.ts'
import { audioFlow, fragmentedFlow, multiFlow, videoFlow } from './flow-metadata.ts'

/** One thing that a client, or whoever cleans up, does. */
export type RandomCommand = (harness: CommandHarness) => Promise<unknown>

// Few names and few places, so that commands meet: most are refused at some point, for every reason there is.

export const FLOWS = ['video', 'copy', 'fragmented', 'sound', 'programme'] as const
export const SOURCES = ['camera', 'other camera', 'microphone', 'show'] as const
export const OBJECTS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'head', 'head 2', '__proto__'] as const

const flowId = fc.constantFrom(...FLOWS)
const sourceId = fc.constantFrom(...SOURCES)
const objectId = fc.constantFrom(...OBJECTS)
const text = fc.constantFrom('x', 'ü', '', 'Ω long label', "it's")

/** An object in which each of these is sometimes there: once in `oneIn` times. */
const sometimes = <T extends object>(oneIn: number, model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc
    .record(
      Object.fromEntries(
        Object.entries<fc.Arbitrary<unknown>>(model).map(([key, value]) => [
          key,
          fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value }),
        ]),
      ),
    )
    .map(
      (all) =>
        Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Partial<T>,
    )

const changes = sometimes<Required<Changes>>(3, {
  label: text,
  description: text,
  created_by: text,
  updated_by: text,
  metadata_version: text,
  status: fc.constantFrom('ingesting', 'closed_complete'),
  tags: fc.dictionary(text, fc.oneof(text, fc.array(text, { maxLength: 3 })), { maxKeys: 3 }),
  flow_collection: fc.array(
    fc.oneof(
      flowId.map((id) => ({ id })),
      fc.record({ id: flowId, role: text }),
    ),
    { maxLength: 3 },
  ),
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

const updateService: fc.Arbitrary<RandomCommand> = fc
  .record({ name: text, description: text }, { requiredKeys: [] })
  .map((update) => (harness) => harness.updateService(update))

const randomCommand: fc.Arbitrary<RandomCommand> = fc.oneof(
  { weight: 4, arbitrary: putFlow },
  { weight: 1, arbitrary: deleteFlow },
  { weight: 1, arbitrary: drain },
  { weight: 2, arbitrary: allocate },
  { weight: 12, arbitrary: register },
  { weight: 3, arbitrary: deleteSegments },
  { weight: 1, arbitrary: retire },
  { weight: 1, arbitrary: updateService },
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

/** What every sequence begins with, so that most commands find something to work on. */
const prologue: readonly RandomCommand[] = [
  ({ putFlow }) => putFlow(videoFlow('video', 'camera')),
  ({ putFlow }) => putFlow(videoFlow('copy', 'camera')),
  ({ putFlow }) => putFlow(fragmentedFlow('fragmented', 'other camera')),
  ({ putFlow }) => putFlow(audioFlow('sound', 'microphone')),
  ({ allocate }) => allocate('video', 'a', 'b', '__proto__'),
  ({ allocate }) => allocate('fragmented', 'c', 'd', 'head'),
  ({ allocate }) => allocate('sound', 'e'),
]

export const randomCommands = (maxLength: number): fc.Arbitrary<readonly RandomCommand[]> =>
  fc
    .noBias(fc.array(randomCommand, { minLength: maxLength / 2, maxLength, size: 'max' }))
    .map((commands) => [...prologue, ...commands])
