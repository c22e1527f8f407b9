import fc from 'fast-check'
import type { Fault, FaultTarget } from '../vast-db/http/faults.ts'

export type PlannedFault = { readonly fault: Fault; readonly target: FaultTarget }

const fault: fc.Arbitrary<Fault> = fc.constantFrom<Fault>(
  { kind: 'cut_before' },
  { kind: 'cut_after' },
  { kind: 'answer', status: 503, code: 'SlowDown' },
  { kind: 'answer', status: 500, code: 'InternalError' },
  { kind: 'expire' },
)

/** Commits above all. */
const target = fc.oneof(
  fc.record({ method: fc.constant('PUT'), command: fc.constant('transaction') }),
  fc.record({ command: fc.constantFrom('transaction', 'rows', 'data', 'table', 'column', 'schema') }),
)

/** Troubles that befall requests, one after the other. */
export const randomFaults: fc.Arbitrary<readonly PlannedFault[]> = fc.array(
  fc
    .tuple(fault, target, fc.nat({ max: 12 }))
    .map(([fault, target, skip]) => ({ fault, target: { ...target, skip } })),
  { minLength: 5, maxLength: 25, size: 'max' },
)
