import { putFlow } from '../../support/tams-requests.ts'
import type { Bench } from '../bench.ts'
import { openConnections, ownLanes } from '../load/connections.ts'
import type { Exchange } from '../load/exchange.ts'
import { rowOf } from '../report/row.ts'
import { allocations, bulkRegistrations } from '../tams/producer.ts'
import { type PlaceInFlow, verifyFlow } from '../tams/verify-flow.ts'

export type SeededFlow = {
  readonly flowId: string
  readonly count: number
  /** Where pages of it start, by the keys the service gave. */
  readonly places: readonly PlaceInFlow[]
}

/** Objects are allocated and registered in steps of this many segments. */
const STEP = 5_000
/** Part of a flow, at either end, whose rates are compared. */
const END = 0.1

/**
 * Makes the flows that are read later, through the API as any client would, and reads them once from end to
 * end.
 */
export async function seedFlows(bench: Bench, origin: string): Promise<readonly SeededFlow[]> {
  const flows: SeededFlow[] = []
  for (const count of bench.scale.flowSizes) {
    const flowId = await putFlow(origin)
    const seconds = await seedFlow(bench, origin, flowId, count)
    const what = `${count.toLocaleString('en')} segments allocated and registered`
    bench.add(rowOf({ scenario: 'seed', what, unit: 'segments/s' }, [count / seconds.at(-1)!]))
    if (seconds.length >= 2 / END) bench.add(flatnessRow(count, seconds))
    bench.progress.say(`seed: checking ${count.toLocaleString('en')} segments`)
    flows.push({ flowId, count, places: await verifyFlow(origin, flowId, count) })
  }
  return flows
}

/**
 * Allocates and registers a flow's segments.
 * @param perObject how many in a row use the same object: a divisor of STEP
 * @returns when each step was done, in seconds from the start
 */
export async function seedFlow(
  { scale, progress }: Bench,
  origin: string,
  flowId: string,
  count: number,
  perObject = 1,
): Promise<readonly number[]> {
  progress.say(`seed: ${count.toLocaleString('en')} segments`)
  const bar = progress.bar('segments', count)
  const connections = openConnections(origin, scale.bulkConnections)
  const started = performance.now()
  const done: number[] = []
  let next = 0

  function* lane(): Iterable<Exchange> {
    while (next < count) {
      const first = next
      const size = Math.min(STEP, count - first)
      next += size
      yield* allocations(flowId, first / perObject, Math.ceil(size / perObject))
      yield* bulkRegistrations(flowId, first, size, scale.segmentsPerBulk, perObject)
      done.push((performance.now() - started) / 1000)
      bar.advance(size)
    }
  }
  await connections.drive(ownLanes(Array.from({ length: scale.bulkConnections }, lane)))
  bar.end()
  await connections.close()
  return done
}

/** Whether the millionth segment is registered as fast as the first. */
function flatnessRow(count: number, seconds: readonly number[]) {
  const end = Math.floor(seconds.length * END)
  const first = seconds[end - 1]!
  const last = seconds.at(-1)! - seconds[seconds.length - 1 - end]!
  const what = `${count.toLocaleString('en')} segments, rate of the last tenth by that of the first`
  return rowOf({ scenario: 'seed', what, unit: 'x' }, [first / last])
}
