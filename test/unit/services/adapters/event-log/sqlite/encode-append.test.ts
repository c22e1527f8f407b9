import { describe, expect, it } from 'vitest'
import type { DomainEvent } from '../../../../../../contracts/events/domain-event.ts'
import { encodeAppend } from '../../../../../../services/adapters/event-log/sqlite/encode-append.ts'
import { aContext, anEvent } from '../../../../../support/event-log/events.ts'

const write = (
  stream: string,
  expectedRevision: 'none' | 'any' | number = 'any',
  events = [anEvent('x')],
) => ({
  stream,
  expectedRevision,
  events,
})

describe('encoding an append', () => {
  it('lays its writes and events out in columns', () => {
    const context = aContext()
    expect(encodeAppend(context, [write('a', 'none', []), write('b', 'any'), write('c', 7)], 5)).toEqual({
      kind: 'append',
      ...context,
      streams: ['a', 'b', 'c'],
      expected: [-1, -2, 7],
      counts: [0, 1, 1],
      types: ['InstanceAdded', 'InstanceAdded'],
      versions: [1, 1],
      data: [JSON.stringify(anEvent('x').data), JSON.stringify(anEvent('x').data)],
      refusalsTold: 5,
    })
  })

  it.each([
    ['no writes at all', [], 'no writes'],
    ['a stream without a name', [write('')], 'no stream can have the name'],
    ['a name SQLite would cut short', [write('object-a\0b')], 'no stream can have the name'],
    ['a name that has no UTF-8', [write('object-\ud83c')], 'no stream can have the name'],
    ['a revision before the first', [write('a', -1)], 'ever at revision -1'],
    ['a revision between two', [write('a', 0.5)], 'ever at revision 0.5'],
    ['data JSON has no text for', [write('a', 'any', [{ type: 'InstanceAdded' } as DomainEvent])], 'no text'],
  ])('refuses %s, which only a bug can ask for', (_, writes, message) => {
    expect(() => encodeAppend(aContext(), writes, 0)).toThrow(message)
  })

  it('takes any other name', () => {
    const name = `object-/ü漢🎬%'"\\ \u0001`
    expect(encodeAppend(aContext(), [write(name)], 0).streams).toEqual([name])
  })
})
