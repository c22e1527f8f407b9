import { type MediaStore, MediaStoreUnavailable } from '../ports/media-store.ts'
import type { StorageBackend } from '../storage/storage-backends.ts'
import { type ExaminedSuspect, examineMedia } from './examine-media.ts'
import type { BackendSummary, MediaFinding } from './finding.ts'
import type { KnownMediaTable } from './known-media-table.ts'
import { type KeyPair, mergeKeys, UnorderedListing } from './merge-keys.ts'
import type { ReconcileOptions, ReconcileServices } from './reconcile-services.ts'
import { settleMedia } from './settle-media.ts'
import type { Suspect, SuspectTable } from './suspect-table.ts'

export type BackendTables = {
  readonly known: KnownMediaTable
  readonly suspects: SuspectTable
  /** Settles once both read what was in the log when it was called. */
  reachHead(): Promise<void>
}

const PAGE = 1000

const MOST =
  'more would be settled here than is in order: is it the right folder or bucket, and the right data directory?'

/**
 * Compares one Storage Backend with the index. First what looks wrong is collected, from a listing that may
 * take an hour; then each suspect is held against the truth, told, and settled if that is wanted.
 */
export async function* reconcileBackend(
  services: ReconcileServices,
  tables: BackendTables,
  backend: StorageBackend,
  options: ReconcileOptions,
): AsyncGenerator<MediaFinding, BackendSummary> {
  const totals = { objects: 0, size_bytes: 0, missing: 0, orphaned: 0, other_size: 0, left: 0 }
  const summary = () => ({
    storage_id: backend.id,
    ...(backend.label && { label: backend.label }),
    ...totals,
  })
  try {
    await collect(services, tables, backend, options, totals)
    const isUnlikely = tables.suspects.count('orphaned') + tables.suspects.count('missing') > totals.objects
    for (const suspects of tables.suspects.pages()) {
      options.signal?.throwIfAborted()
      const examined = await examineMedia(services, backend, suspects)
      for (const finding of await settled(services, backend, examined, options, isUnlikely)) {
        totals[finding.kind]++
        if (finding.outcome !== 'settled') totals.left++
        yield finding
      }
    }
    return summary()
  } catch (error) {
    if (!(error instanceof MediaStoreUnavailable || error instanceof UnorderedListing)) throw error
    return { ...summary(), error: error.message }
  }
}

async function settled(
  services: ReconcileServices,
  backend: StorageBackend,
  examined: readonly ExaminedSuspect[],
  { repair, force }: ReconcileOptions,
  isUnlikely: boolean,
): Promise<readonly MediaFinding[]> {
  const findings = examined.map(({ finding }) => finding)
  if (!repair) return findings
  if (!isUnlikely || force) return settleMedia(services, backend, examined)
  return findings.map((finding) =>
    finding.outcome === 'open' ? { ...finding, outcome: 'kept', reason: MOST } : finding,
  )
}

/** Fills the table of suspects. */
async function collect(
  { now }: ReconcileServices,
  { known, suspects, reachHead }: BackendTables,
  { id, label, store }: StorageBackend,
  { olderThanMs, signal, onProgress }: ReconcileOptions,
  totals: { objects: number; size_bytes: number },
): Promise<void> {
  suspects.clear()
  // What came after the index was read is none of its fault, however long the listing takes.
  const newestMs = now() - olderThanMs
  await reachHead()
  const { stored } = known.copy(id)
  onProgress?.start(`objects of ${label ?? id}`, stored)
  for await (const pairs of mergeKeys(known.pages(), listingOf(store, signal))) {
    const present = pairs.filter((pair) => pair.known && pair.listed)
    const bytes = present.reduce((sum, { listed }) => sum + (listed?.sizeBytes ?? 0), 0)
    totals.objects += present.length
    totals.size_bytes += bytes
    suspects.add(pairs.flatMap((pair) => suspectIn(pair, newestMs) ?? []))
    onProgress?.advance(
      pairs.reduce((sum, pair) => sum + (pair.known?.is_stored ?? 0), 0),
      bytes,
    )
  }
  await reachHead()
  suspects.acquit(id)
}

async function* listingOf(store: MediaStore, signal: AbortSignal | undefined) {
  for (let from: string | undefined; ; ) {
    signal?.throwIfAborted()
    const { objects, next } = await store.list(PAGE, from)
    yield objects
    if (next === undefined) return
    from = next
  }
}

function suspectIn({ known, listed }: KeyPair, newestMs: number): Suspect | undefined {
  if (!known) {
    if (listed.modifiedMs > newestMs) return undefined
    const { key, sizeBytes: size_bytes } = listed
    return { key, kind: 'orphaned', object_id: null, size_bytes, expected_bytes: null }
  }
  if (known.is_stored === 0) return undefined
  const { key, object_id } = known
  const expected_bytes = known.size_bytes ?? listed?.storedBytes ?? null
  if (!listed) return { key, kind: 'missing', object_id, size_bytes: null, expected_bytes }
  const { sizeBytes: size_bytes } = listed
  if (expected_bytes === null || size_bytes === expected_bytes) return undefined
  return { key, kind: 'other_size', object_id, size_bytes, expected_bytes }
}
