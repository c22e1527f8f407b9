import { randomUUID } from 'node:crypto'
import { decideObject } from '../../domain/media-object/media-object.ts'
import { commandContext } from '../commands/event-context.ts'
import { retireObject } from '../commands/retire-object.ts'
import { objectStream } from '../commands/stream-kind.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { Outcome, ReferenceFinding, ReferenceSummary } from './finding.ts'
import { type ObjectNow, objectsNow } from './objects-now.ts'
import { RECONCILE_ACTOR, type ReconcileOptions, type ReconcileServices } from './reconcile-services.ts'
import { REFERENCE_EVENTS, type ReferenceCount, type ReferenceTable } from './reference-table.ts'

export type ReferenceTables = ReferenceTable & {
  /** Settles once the table reads what was in the log when it was called. */
  reachHead(): Promise<void>
}

/**
 * Compares what objects' streams count as references with what refers to them. A log that takes appends
 * stream by stream can be cut between a reference and its segment: the object would be kept for ever.
 */
export async function* reconcileReferences(
  services: ReconcileServices,
  table: ReferenceTables,
  options: ReconcileOptions,
): AsyncGenerator<ReferenceFinding, ReferenceSummary> {
  const totals = { dangling_references: 0, uncounted_references: 0, left: 0 }
  await tallyLog(services.log, table, options)
  await table.reachHead()
  for (const suspects of table.differences()) {
    options.signal?.throwIfAborted()
    for (const { finding, object } of await examine(services, table, suspects)) {
      const told = options.repair ? { ...finding, ...(await settle(services, finding, object)) } : finding
      totals[told.kind]++
      if (told.outcome !== 'settled') totals.left++
      yield told
    }
  }
  return { objects: table.objects(), ...totals }
}

/** The whole log, as it is now. */
async function tallyLog(
  log: EventLog,
  table: ReferenceTable,
  { signal, onProgress }: ReconcileOptions,
): Promise<void> {
  const head = await log.head()
  if (head === 0) return
  onProgress?.start('events', head)
  let done = 0
  await new Promise<void>((resolve, reject) => {
    const subscription = log.subscribe(
      0,
      (events, reached) => {
        signal?.throwIfAborted()
        table.tally(events)
        onProgress?.advance(reached - done, 0)
        done = reached
        if (reached >= head) void subscription.stop()
      },
      { types: REFERENCE_EVENTS },
    )
    subscription.ended.then(resolve, reject)
  })
}

type Examined = { readonly finding: ReferenceFinding; readonly object: ObjectNow }

/**
 * Counts again while an object does not change: whatever adds or removes a use of it writes to its stream in
 * the same append.
 */
async function examine(
  { log }: ReconcileServices,
  table: ReferenceTables,
  suspects: readonly ReferenceCount[],
): Promise<readonly Examined[]> {
  if (suspects.length === 0) return []
  const ids = suspects.map(({ object_id }) => object_id)
  const before = await objectsNow(log, ids)
  await table.reachHead()
  const uses = new Map(ids.map((id) => [id, table.usesOf(id)]))
  const after = await objectsNow(log, ids)
  return ids.flatMap((object_id) => {
    const object = after.get(object_id)
    if (!object || object.revision !== before.get(object_id)?.revision) return []
    const counted = object.state.status === 'registered' ? object.state.references : 0
    const used = uses.get(object_id) ?? 0
    if (counted === used) return []
    const kind = counted > used ? 'dangling_references' : 'uncounted_references'
    const outcome: Outcome =
      counted > used
        ? { outcome: 'open' }
        : { outcome: 'kept', reason: 'this must never be: please report it' }
    return [{ finding: { kind, object_id, counted, uses: used, ...outcome }, object }]
  })
}

/** Releases references that nothing holds, and what was kept only for them. */
async function settle(
  { commands }: ReconcileServices,
  { outcome, object_id, counted, uses }: ReferenceFinding,
  { revision }: ObjectNow,
): Promise<Outcome | undefined> {
  if (outcome !== 'open') return undefined
  const settled = await commands.run(
    commandContext(randomUUID(), RECONCILE_ACTOR),
    async (unit): Promise<Outcome> => {
      const object = await unit.load(objectStream, object_id)
      if (object.revision !== revision) return { outcome: 'kept', reason: 'it is in use just now: try again' }
      const released = { type: 'Dereference', object_id, count: counted - uses } as const
      const decision = decideObject(released, object.state)
      if (decision.accepted) object.append(decision.events)
      // Refused where something still refers to it. Within a grace period others see to it.
      if (commands.mediaDeleteGraceSeconds === 0) await retireObject(unit, object_id)
      return { outcome: 'settled' }
    },
  )
  return settled.outcome
}
