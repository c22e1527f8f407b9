import type { StorageBackends } from '../storage/storage-backends.ts'

export type LabelRejection = { readonly reason: 'label_of_storage_backend'; readonly label: string }

/** A Storage Backend's label names what is in that backend, so no URL elsewhere may have it (ADR 0042). */
export function refuseLabels(
  { all }: StorageBackends,
  urls: readonly { readonly label: string }[],
): LabelRejection | undefined {
  const taken = urls.find(({ label }) => all.some((backend) => backend.label === label))
  return taken && { reason: 'label_of_storage_backend', label: taken.label }
}
