import fc from 'fast-check'
import type { ObjectPost } from '../../contracts/resources/object-post.ts'
import { BACKEND_ID, SHELF_ID } from './command-harness.ts'
import type { RandomCommand } from './random-commands.ts'
import { flowId, objectId, tagValue } from './random-names.ts'

const registerObject: fc.Arbitrary<RandomCommand> = fc
  .tuple(
    objectId,
    fc.constantFrom<Partial<ObjectPost>>(
      { role: 'init' },
      { timerange: '[-20:0_60:0)' },
      { timerange: '[0:0_4:0)', key_frame_count: 1 },
      { timerange: '[-20:0_60:0)', init_object_id: 'head' },
    ),
    fc.constantFrom('web', 'disk'),
  )
  .map(
    ([id, said, label]) =>
      (harness) =>
        harness.registerObject({ id, role: 'media', get_urls: [{ label, url: 'https://a/' }], ...said }),
  )

/** Mostly of objects that are in use from the start, where there is something to copy. */
const copiedId = fc.oneof(fc.constantFrom('kept', 'kept 2'), objectId)

const instances: fc.Arbitrary<RandomCommand> = fc
  .tuple(
    copiedId,
    fc.constantFrom('web', 'mirror', 'disk', 'shelf'),
    fc.constantFrom('https://a/', 'https://b/'),
  )
  .chain(([id, label, url]) =>
    fc.constantFrom<RandomCommand>(
      (harness) => harness.addUrl(id, label, url),
      (harness) => harness.requestCopy(id),
      (harness) => harness.requestCopy(id),
      (harness) => harness.storeCopy(id),
      (harness) => harness.storeCopy(id),
      (harness) => harness.failCopy(id),
      (harness) => harness.removeInstance(id, { label }),
    ),
  )

const tagName = fc.constantFrom('scene', 'ü/%', '__proto__')

/** Mostly of what is there from the start. */
const tag: fc.Arbitrary<RandomCommand> = fc
  .tuple(
    fc.oneof(fc.constant(['sound', 'kept'] as const), fc.tuple(flowId, objectId)),
    tagName,
    fc.option(tagValue, { nil: undefined, freq: 3 }),
  )
  .map(
    ([[id, object], name, value]) =>
      (harness) =>
        harness.tag(id, object, name, value),
  )

/** Before or after an object's first use, and as often as it may be. */
const media: fc.Arbitrary<RandomCommand> = copiedId.chain((id) =>
  fc.constantFrom<RandomCommand>(
    (harness) => harness.upload(id),
    (harness) => harness.measure(id),
  ),
)

/** Everywhere, or as far as the one backend that is there. */
const purge: fc.Arbitrary<RandomCommand> = fc
  .constantFrom(undefined, BACKEND_ID, SHELF_ID)
  .map((storage_id) => (harness) => harness.purge(storage_id))

export const randomObjectCommand: fc.Arbitrary<RandomCommand> = fc.oneof(
  { weight: 2, arbitrary: registerObject },
  { weight: 6, arbitrary: instances },
  { weight: 3, arbitrary: media },
  { weight: 1, arbitrary: purge },
  { weight: 5, arbitrary: tag },
)

/** Objects that are in use from the start. */
export const objectPrologue: readonly RandomCommand[] = [
  ({ allocate }) => allocate('sound', 'kept', 'kept 2'),
  ({ register }) =>
    register(
      'sound',
      { object_id: 'kept', timerange: '[100:0_101:0)' },
      { object_id: 'kept 2', timerange: '[101:0_102:0)' },
    ),
]
