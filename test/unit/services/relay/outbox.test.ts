import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type Batch, type Outbox, outbox } from '../../../../services/relay/outbox.ts'
import type { RelayMessage } from '../../../../services/relay/relay-message.ts'

const message = (position: number, bytes = 10): RelayMessage => ({
  topic: 'flows',
  key: 'flow',
  headers: {},
  value: Buffer.alloc(0),
  bytes,
  position,
})

/** An outbox whose batches are sent when the test says so. */
function sending(limits: { maxMessages?: number; maxBytes?: number } = {}) {
  const batches: { batch: Batch; done: (error?: Error) => void }[] = []
  const acknowledged: number[] = []
  const failures: unknown[] = []
  const box = outbox({
    maxMessages: 100,
    maxBytes: 1_000,
    ...limits,
    send: (batch) =>
      new Promise((resolve, reject) => {
        batches.push({ batch, done: (error) => (error ? reject(error) : resolve()) })
      }),
    onAcknowledged: (position) => acknowledged.push(position),
    onFailure: (error) => failures.push(error),
  })
  const positions = () => batches.map(({ batch }) => batch.messages.map(({ position }) => position))
  const done = async (error?: Error) => {
    batches.at(-1)!.done(error)
    await nextTurn()
  }
  return { box, positions, acknowledged, failures, done }
}

const addEvents = async (box: Outbox, ...positions: readonly number[]) => {
  for (const position of positions) {
    await box.add(message(position))
    box.reached(position)
  }
  await nextTurn()
}

describe('what is to be sent', () => {
  it('goes out one batch at a time, and the next is all that came meanwhile', async () => {
    const { box, positions, done } = sending()
    await addEvents(box, 1)
    await addEvents(box, 2)
    await addEvents(box, 3)
    expect(positions()).toStrictEqual([[1]])
    await done()
    expect(positions()).toStrictEqual([[1], [2, 3]])
  })

  it('is acknowledged by what was in the batches, and not before them', async () => {
    const { box, acknowledged, done } = sending()
    await addEvents(box, 1)
    await addEvents(box, 2)
    expect(acknowledged).toStrictEqual([])
    await done()
    expect(acknowledged).toStrictEqual([1])
    await done()
    expect(acknowledged).toStrictEqual([1, 2])
  })

  it('is acknowledged up to where there was nothing to send, once all before that is', async () => {
    const { box, acknowledged, done } = sending()
    box.reached(5)
    expect(acknowledged).toStrictEqual([5])
    await addEvents(box, 6)
    box.reached(9)
    expect(acknowledged).toStrictEqual([5])
    await done()
    expect(acknowledged).toStrictEqual([5, 9])
  })

  it('does not acknowledge an event of which a part is yet to be sent', async () => {
    const { box, positions, acknowledged, done } = sending({ maxMessages: 2 })
    await addEvents(box, 1)
    await box.add(message(2))
    await box.add(message(2))
    const third = box.add(message(2))
    await done()
    await third
    box.reached(2)
    expect(positions()).toStrictEqual([[1], [2, 2]])
    expect(acknowledged).toStrictEqual([1])
    await done()
    expect(acknowledged).toStrictEqual([1, 1])
    await done()
    expect(acknowledged).toStrictEqual([1, 1, 2])
  })

  it.each([
    ['messages', { maxMessages: 2 }, 10],
    ['bytes', { maxBytes: 25 }, 10],
  ])('waits where a batch would have more %s than it may', async (_, limits, bytes) => {
    const { box, positions, done } = sending(limits)
    await addEvents(box, 0)
    await box.add(message(1, bytes))
    await box.add(message(2, bytes))
    let isAdded = false
    const third = box.add(message(3, bytes)).then(() => {
      isAdded = true
    })
    await nextTurn()
    expect(isAdded).toBe(false)
    await done()
    await third
    await done()
    expect(positions()).toStrictEqual([[0], [1, 2], [3]])
  })

  it('takes a message that is larger than a batch by itself', async () => {
    const { box, positions, done } = sending()
    await addEvents(box, 1)
    await box.add(message(2, 5_000))
    const next = box.add(message(3))
    await done()
    await next
    await done()
    expect(positions()).toStrictEqual([[1], [2], [3]])
  })

  it('is not taken any more once something could not be sent', async () => {
    const { box, positions, acknowledged, failures, done } = sending()
    await addEvents(box, 1)
    await addEvents(box, 2)
    const failure = new Error('gone')
    await done(failure)
    expect(failures).toStrictEqual([failure])
    await expect(box.add(message(3))).rejects.toThrow('nothing more is sent')
    expect([positions(), acknowledged]).toStrictEqual([[[1]], []])
  })

  it('is not taken any more once it is closed, and what is under way comes to its end', async () => {
    const { box, positions, acknowledged, done } = sending({ maxMessages: 1 })
    await addEvents(box, 1)
    await box.add(message(2))
    const waiting = box.add(message(3))
    const closed = box.close()
    await expect(waiting).rejects.toThrow('it was closed')
    await done()
    await closed
    expect([positions(), acknowledged]).toStrictEqual([[[1]], [1]])
  })
})
