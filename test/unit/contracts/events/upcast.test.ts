import { describe, expect, it } from 'vitest'
import { currentVersion, eventSchema, upcast } from '../../../../contracts/events/upcast.ts'

describe('an event schema', () => {
  const schema = eventSchema({
    FlowCreated: [(data) => ({ ...(data as object), label: '' }), (data) => ({ flow: data })],
  })

  it('turns stored data into the newest shape, one version after the other', () => {
    expect(schema.upcast('FlowCreated', 1, { id: 'f' })).toEqual({ flow: { id: 'f', label: '' } })
    expect(schema.upcast('FlowCreated', 2, { id: 'f', label: 'l' })).toEqual({
      flow: { id: 'f', label: 'l' },
    })
  })

  it('leaves data of the newest version, and of types that never changed, as it is', () => {
    const data = { id: 'f' }
    expect(schema.upcast('FlowCreated', 3, data)).toBe(data)
    expect(schema.upcast('FlowDeleted', 1, data)).toBe(data)
  })

  it('tells the version that events are written as', () => {
    expect(schema.currentVersion('FlowCreated')).toBe(3)
    expect(schema.currentVersion('FlowDeleted')).toBe(1)
    expect(schema.currentVersion('constructor')).toBe(1)
  })

  it('refuses data of a version that only a later release knows', () => {
    expect(() => schema.upcast('FlowCreated', 4, {})).toThrow('FlowCreated of version 4')
    expect(() => schema.upcast('FlowDeleted', 2, {})).toThrow('this release knows it up to 1')
  })

  it('has no event yet that changed its shape', () => {
    expect(currentVersion('SegmentsAdded')).toBe(1)
    expect(upcast('SegmentsAdded', 1, { segments: [] })).toEqual({ segments: [] })
  })
})
