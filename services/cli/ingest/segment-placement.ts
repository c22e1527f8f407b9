import type { Timestamp } from '../../../contracts/time/timestamp.ts'
import { arrivalOf, type InspectedSegment } from './segment-inspector.ts'
import type { DoneSegment } from './state-file.ts'
import { type Anchor, type Draft, placeAfter, settle } from './timeline.ts'

/** A segment on its way: registered in an earlier run, or read now; or lost, which live media bears. */
export type IncomingSegment =
  | { readonly kind: 'lost' }
  | { readonly kind: 'done'; readonly done: DoneSegment }
  | { readonly kind: 'new'; readonly inspected: InspectedSegment }

export type PlacedSegment =
  | { readonly kind: 'done'; readonly done: DoneSegment }
  | { readonly kind: 'new'; readonly inspected: InspectedSegment; readonly draft: Draft }

/**
 * Places segments on the Flow's timeline, in order. Each new one is held back until the next has come, which
 * decides where it ends.
 */
export async function* placeSegments(
  incoming: AsyncIterable<IncomingSegment>,
  startAt: Timestamp | undefined,
  warn: (text: string) => void,
): AsyncGenerator<PlacedSegment> {
  let pending: (PlacedSegment & { kind: 'new' }) | undefined
  let previous: Anchor | undefined
  for await (const segment of incoming) {
    if (segment.kind === 'lost') continue
    if (segment.kind === 'done') {
      const { place } = segment.done
      if (pending) yield { ...pending, draft: settle(pending.draft, place) }
      pending = undefined
      // What is registered has the end it has.
      previous = { ...place, endsAfter: place.end }
      yield segment
      continue
    }
    const { inspected } = segment
    const draft = placeAfter(previous, arrivalOf(inspected), startAt)
    if (draft.isRestart)
      warn(`${inspected.segment.key}: times go back; it is put after the segment before it`)
    if (pending) yield { ...pending, draft: settle(pending.draft, draft) }
    pending = { kind: 'new', inspected, draft }
    previous = draft
  }
  if (pending) yield pending
}
