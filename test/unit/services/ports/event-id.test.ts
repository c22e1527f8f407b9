import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { RecordedEvent } from '../../../../contracts/events/recorded-event.ts'
import { eventId, eventIdsOf, isSameAppend } from '../../../../services/ports/event-id.ts'

describe('the ids of a command’s events', () => {
  it('are the command’s own UUID, advanced by one for each event', () => {
    const commandId = '5f0c7d1e-9a3b-4c2d-8e4f-0000000000fe'
    expect([0, 1, 2].map((index) => eventId(commandId, index))).toEqual([
      '5f0c7d1e-9a3b-4c2d-8e4f-0000000000fe',
      '5f0c7d1e-9a3b-4c2d-8e4f-0000000000ff',
      '5f0c7d1e-9a3b-4c2d-8e4f-000000000100',
    ])
  })

  it('begin anew where the last 48 bits are used up', () => {
    expect(eventId('5f0c7d1e-9a3b-4c2d-8e4f-fffffffffffe', 3)).toBe('5f0c7d1e-9a3b-4c2d-8e4f-000000000001')
  })

  it.each([
    '5f0c7d1e-9a3b-4c2d-8e4f-0000000000fe',
    '5f0c7d1e-9a3b-4c2d-8e4f-00000000fffe',
    '5f0c7d1e-9a3b-4c2d-8e4f-ffffffffffff',
    randomUUID(),
  ])('are the same one by one and many at once: of %s', (commandId) => {
    const indexes = [0, 1, 2, 3, 254, 255, 256, 65_535, 65_536, 100_000]
    expect(indexes.map(eventIdsOf(commandId))).toEqual(indexes.map((index) => eventId(commandId, index)))
  })

  it('differ within a command, and between commands', () => {
    const commands = [randomUUID(), randomUUID()]
    const ids = commands.flatMap((id) => Array.from({ length: 600 }, (_, index) => eventId(id, index)))
    expect(new Set(ids).size).toBe(1200)
  })
})

describe('events of one append', () => {
  const commandId = '5f0c7d1e-9a3b-4c2d-8e4f-fffffffffffe'
  const event = (position: number, id: string) => ({ position, id }) as RecordedEvent

  it.each([
    ['one after the other', event(8, eventId(commandId, 1)), true],
    ['with others’ events between', event(50, eventId(commandId, 3)), true],
    ['the same event', event(7, commandId), false],
    ['of another command', event(8, randomUUID()), false],
    ['what would come before', event(8, eventId(commandId, -1)), false],
  ])('are known by their ids: %s', (_, later, expected) => {
    expect(isSameAppend(event(7, commandId), later)).toBe(expected)
  })
})
