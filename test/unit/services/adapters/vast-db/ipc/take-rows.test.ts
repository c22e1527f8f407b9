import { tableFromIPC } from 'apache-arrow'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeBatch } from '../../../../../../services/adapters/vast-db/ipc/encode-batch.ts'
import { takeRows } from '../../../../../../services/adapters/vast-db/ipc/take-rows.ts'
import { batchOf, plainRows, sampleRow } from '../../../../../support/vast-db-client/sample-rows.ts'

describe('rows of a batch', () => {
  it('are taken in any order, of a batch that was cut too', () =>
    fc.assert(
      fc.property(
        fc.array(sampleRow, { minLength: 1, maxLength: 20 }),
        fc.infiniteStream(fc.nat()),
        (rows, stream) => {
          const from = Math.floor(rows.length / 3)
          const batch = batchOf(rows).slice(from)
          const numbers = [...stream.take(batch.numRows)]
          const places = Uint32Array.from(numbers, (number) => number % batch.numRows)
          const expected = plainRows(batch)

          const taken = takeRows(batch, places)
          expect(plainRows(taken)).toEqual(Array.from(places, (place) => expected[place]))

          const [read] = tableFromIPC(encodeBatch(taken)).batches
          expect(plainRows(read!)).toEqual(plainRows(taken))
        },
      ),
    ))
})
