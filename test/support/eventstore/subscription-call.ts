import type * as Pb from '@eventstore/db-client/generated/streams_pb.js'
import { errorOf } from './faults.ts'
import { caughtUp, checkpoint, confirmation, eventResponse, type Reading } from './read-call.ts'
import type { Outgoing, ServiceTools } from './streams-service.ts'

/**
 * Sends what comes after a position, exclusive, then what comes live; and where it is, whenever it has passed over so
 * many events. Ends only with its call.
 */
export async function startSubscription(
  { store, faults, cut, pause }: ServiceTools,
  call: Outgoing<Pb.ReadResp>,
  { stream, from, isWanted, checkpointEvery }: Reading,
): Promise<void> {
  let wake = (): void => {}
  const unlisten = store.onAppended(() => wake())
  call.once('cancelled', () => {
    unlisten()
    wake()
  })
  call.write(confirmation())
  const isAfter = ({ position, revision }: { position: number; revision: number }): boolean =>
    typeof from !== 'number' || (stream === undefined ? position : revision) > from
  let next = from === 'end' ? store.all.length : 0
  let passed = 0
  let isLive = false
  while (!call.cancelled) {
    const event = store.all[next]
    if (!event) {
      if (!isLive) call.write(caughtUp())
      isLive = true
      await new Promise<void>((resolve) => {
        wake = resolve
      })
      continue
    }
    next++
    if (!isAfter(event) || (stream !== undefined && event.stream !== stream)) continue
    const fault = faults('subscription')
    if (fault === 'cut before' || fault === 'cut after') {
      unlisten()
      return cut()
    }
    if (fault !== undefined) {
      unlisten()
      throw errorOf(fault)
    }
    if (isWanted(event)) {
      if (!call.write(eventResponse(event))) await new Promise<void>((drained) => call.once('drain', drained))
    }
    if (++passed % checkpointEvery === 0) call.write(checkpoint(event.position))
    await pause()
  }
  unlisten()
}
