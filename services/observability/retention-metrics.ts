import { Counter, Gauge, type Registry } from 'prom-client'

/** What one round found, in flows. */
export type RetentionCounts = {
  readonly due: Readonly<Record<'flow' | 'segments', number>>
  readonly skipped: Readonly<Record<string, number>>
}

export type RetentionMetrics = {
  /** A round came to its end. */
  round(counts: RetentionCounts): void
  roundFailed(): void
  /** A flow, or due segments of one, were deleted, or are being. */
  deleted(kind: 'flow' | 'segments', segments: number): void
}

/** docs/operations.md says what each is for. */
export function retentionMetrics(registry: Registry): RetentionMetrics {
  const registers = [registry]
  const rounds = new Counter({
    name: 'framelog_retention_rounds_total',
    help: 'Rounds through the flows with retention tags, by how they ended',
    labelNames: ['outcome'],
    registers,
  })
  const due = new Gauge({
    name: 'framelog_retention_due_flows',
    help: 'Flows that were due, or had segments that were, in the last round',
    labelNames: ['kind'],
    registers,
  })
  const skipped = new Gauge({
    name: 'framelog_retention_skipped_flows',
    help: 'Flows whose retention tags were not acted on in the last round, by reason',
    labelNames: ['reason'],
    registers,
  })
  const deletions = new Counter({
    name: 'framelog_retention_deletions_total',
    help: 'Deletions of flows, and of due segments of one flow, that retention made',
    labelNames: ['kind'],
    registers,
  })
  const segments = new Counter({
    name: 'framelog_retention_deleted_segments_total',
    help: 'Segments that retention deleted at once; larger deletions are the deletion saga’s',
    registers,
  })
  return {
    round: (counts) => {
      rounds.inc({ outcome: 'done' })
      for (const [kind, flows] of Object.entries(counts.due)) due.set({ kind }, flows)
      for (const [reason, flows] of Object.entries(counts.skipped)) skipped.set({ reason }, flows)
    },
    roundFailed: () => rounds.inc({ outcome: 'failed' }),
    deleted: (kind, count) => {
      deletions.inc({ kind })
      segments.inc(count)
    },
  }
}
