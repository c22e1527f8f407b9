import type { RecordBatch } from 'apache-arrow'
import { recordBatchBuilder } from '../../projections/vast/arrow/record-batch.ts'
import type { TableChange } from '../../projections/vast/table-change.ts'
import { segmentsRow, segmentsTable } from '../../projections/vast/tables/segments.ts'

/** Rows as they are sent, but for tags: none has any. */
export type SegmentSlice = {
  readonly batch: RecordBatch
  /** Whose rows they are, one flow after the other. */
  readonly runs: readonly SegmentRun[]
}

export type SegmentRun = { readonly flow_id: string; rows: number }

/** What is done to the table of segments, in order. */
export type SegmentStep =
  | { readonly op: 'add'; readonly slices: readonly SegmentSlice[] }
  | Extract<TableChange, { op: 'remove-segments' }>

export type SegmentSteps = {
  add(change: Extract<TableChange, { op: 'add-segments' }>): void
  remove(change: Extract<TableChange, { op: 'remove-segments' }>): void
  take(): readonly SegmentStep[]
}

/** Mostly less than a request may be, and made while the one before is on its way. */
const ROWS_PER_SLICE = 10_000

/** Segments go into columns as their events are read: nothing else is kept of them. */
export function segmentSteps(): SegmentSteps {
  const steps: SegmentStep[] = []
  const builder = recordBatchBuilder(segmentsTable.columns)
  let slices: SegmentSlice[] = []
  let runs: SegmentRun[] = []
  const endSlice = () => {
    if (builder.length() === 0) return
    slices.push({ batch: builder.take(), runs })
    runs = []
  }
  const endStep = () => {
    endSlice()
    if (slices.length > 0) steps.push({ op: 'add', slices })
    slices = []
  }
  return {
    add({ flow_id, segments, position }) {
      const use = { flow_id, position }
      for (const segment of segments) {
        builder.append(segmentsRow(segment, use))
        const run = runs.at(-1)
        if (run?.flow_id === flow_id) run.rows++
        else runs.push({ flow_id, rows: 1 })
        if (builder.length() >= ROWS_PER_SLICE) endSlice()
      }
    },
    remove(change) {
      endStep()
      steps.push(change)
    },
    take() {
      endStep()
      return steps
    },
  }
}
