import { tableFromIPC } from 'apache-arrow'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fittingSlices } from '../../../../../../services/adapters/vast-db/rows/fitting-slices.ts'
import { batchOf, plainRows, sampleRow } from '../../../../../support/vast-db-client/sample-rows.ts'

describe('a batch in slices', () => {
  it('has all its rows in their order, and none that does not fit unless it is one row', () =>
    fc.assert(
      fc.property(
        fc.array(sampleRow, { minLength: 1, maxLength: 12 }),
        fc.record({ bytes: fc.integer({ min: 1, max: 12_000 }), rows: fc.integer({ min: 1, max: 12 }) }),
        (rows, limits) => {
          const batch = batchOf(rows)
          const slices = [...fittingSlices(batch, limits)]

          expect(slices.flatMap((slice) => plainRows(slice.rows))).toEqual(plainRows(batch))
          for (const { rows: slice, body } of slices) {
            expect(slice.numRows).toBeLessThanOrEqual(limits.rows)
            if (!body) expect(slice.numRows).toBe(1)
            if (!body) continue
            expect(body.byteLength).toBeLessThanOrEqual(limits.bytes)
            expect(tableFromIPC(body).batches.flatMap((read) => plainRows(read))).toEqual(plainRows(slice))
          }
        },
      ),
      { numRuns: 40 },
    ))
})
