import { describe, expect, it } from 'vitest'
import { batchLength } from '../../../../../../services/adapters/event-log/sqlite/batch-length.ts'
import { encodeAppend } from '../../../../../../services/adapters/event-log/sqlite/encode-append.ts'
import type { WriteRequest } from '../../../../../../services/adapters/event-log/sqlite/writer-messages.ts'
import { aContext, anEvent, someEvents } from '../../../../../support/event-log/events.ts'

const appending = (...labels: string[]): WriteRequest =>
  encodeAppend(aContext(), [{ stream: 's', expectedRevision: 'any', events: labels.map(anEvent) }], 0)

describe('how much becomes one transaction', () => {
  it('is all that is waiting, usually', () => {
    const waiting = Array.from({ length: 500 }, () => appending('x'))
    expect(batchLength(waiting)).toBe(500)
    expect(batchLength([])).toBe(0)
  })

  it('is bounded in requests', () => {
    const save: WriteRequest = { kind: 'save-checkpoint', consumer: 'c', position: 1 }
    expect(batchLength(Array.from({ length: 5000 }, () => save))).toBe(1024)
  })

  it('is bounded in events', () => {
    const append = encodeAppend(
      aContext(),
      [{ stream: 's', expectedRevision: 'any', events: someEvents(3000) }],
      0,
    )
    expect(batchLength([append, append, append])).toBe(2)
  })

  it('is bounded in bytes, snapshots counted', () => {
    const snapshot: WriteRequest = {
      kind: 'save-snapshot',
      stream: 's',
      revision: 1,
      state: 'x'.repeat(5_000_000),
    }
    expect(batchLength([appending('x'), snapshot, snapshot, appending('x')])).toBe(2)
  })

  it('is at least one request, however large', () => {
    expect(batchLength([appending('x'.repeat(20_000_000)), appending('x')])).toBe(1)
  })
})
