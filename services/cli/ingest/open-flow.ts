import { Failure } from '../failure.ts'
import type { Service } from '../tams/service.ts'
import { findExistingFlow } from './existing-flow.ts'
import { containerOf, type FlowIds, initContentType } from './flow-plan.ts'
import { type FlowWishes, newFlowIds, setUpFlows } from './flow-setup.ts'
import { type ObjectUploads, objectUploads } from './object-uploads.ts'
import type { InspectedSegment } from './segment-inspector.ts'
import type { PlacedSegment } from './segment-placement.ts'
import type { DoneSegment, StateFile } from './state-file.ts'

/** The Flow that is written to: known from an earlier run, or set up when the first segment has been read. */
export type OpenFlow = {
  /** @throws Failure where nothing has been ingested. */
  ids(): FlowIds
  /** Whether the service still has what was registered. */
  isPresent(done: DoneSegment): boolean
  /** The object of a segment which was registered, but not written down, or not by this ingest. */
  findPresent(placed: PlacedSegment & { kind: 'new' }): string | undefined
  uploads(): ObjectUploads
  /** Passes segments on, after setting the Flow up with the first that is new. */
  settingUp(placed: AsyncIterable<PlacedSegment>): AsyncGenerator<PlacedSegment>
}

export type OpenFlowOptions = {
  readonly service: Service
  readonly state: StateFile
  readonly wishes: FlowWishes
  /** How many segments there will be, if that is known. */
  readonly segmentCount: number | undefined
  /** Objects to allocate at once, at most. */
  readonly allocationSize: number
  readonly warn: (text: string) => void
}

/** @throws Failure where the state is about another Flow than the one wished for. */
export async function openFlow(options: OpenFlowOptions): Promise<OpenFlow> {
  const { service, state, wishes } = options
  let ids = state.flows
  if (ids && wishes.flowId !== undefined && wishes.flowId !== ids.flowId) {
    throw new Failure(`this media was ingested into Flow ${ids.flowId}: name another state with --state`)
  }
  const knownId = ids?.flowId ?? wishes.flowId
  const existing = knownId === undefined ? undefined : await findExistingFlow(service, knownId)
  const isPresent = ({ objectId, place }: DoneSegment) => existing?.objectStartingAt(place.start) === objectId
  const present = [...state.done.values()].filter(isPresent)
  let uploads: ObjectUploads | undefined

  const setUp = async (first: PlacedSegment & { kind: 'new' }): Promise<ObjectUploads> => {
    if (!ids) {
      ids = newFlowIds(first.inspected, wishes)
      await state.saveFlows(ids)
    }
    const { skippedTracks } = first.inspected.media
    for (const track of skippedTracks) options.warn(`no Flow describes ${track}; it is stored with the rest`)
    await setUpFlows(service, existing, ids, first, wishes)
    return objectUploads({
      service,
      flowId: ids.flowId,
      initContentType: ownInitType(first.inspected),
      knownInits: initsOf(present),
      allocationSize: options.allocationSize,
      expected: options.segmentCount === undefined ? undefined : options.segmentCount - present.length,
    })
  }

  return {
    ids: () => {
      if (!ids) throw new Failure('there is no segment to ingest')
      return ids
    },
    isPresent,
    findPresent: ({ draft }) => existing?.objectStartingAt(draft.start),
    uploads: () => {
      if (!uploads) throw new Error('an upload before its Flow was set up')
      return uploads
    },
    settingUp: async function* (placed) {
      for await (const segment of placed) {
        if (segment.kind === 'new') uploads ??= await setUp(segment)
        yield segment
      }
    },
  }
}

/** Of segments that need them: a service forgets initialisation segments that none needs any more. */
function initsOf(present: readonly DoneSegment[]): ReadonlyMap<string, string> {
  return new Map(present.flatMap(({ init }) => (init ? [[init.sha256, init.objectId]] : [])))
}

/** Undefined where initialisation segments have the type of the Flow's container. */
function ownInitType({ media, init }: InspectedSegment): string | undefined {
  const type = initContentType(media.tracks)
  return type === containerOf(media.container, init !== undefined, media.tracks) ? undefined : type
}
