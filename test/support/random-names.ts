import fc from 'fast-check'

// Few names and few places, so that commands meet: most are refused at some point, for every reason there is.

export const FLOWS = ['video', 'copy', 'fragmented', 'sound', 'programme'] as const
export const SOURCES = ['camera', 'other camera', 'microphone', 'show'] as const
export const OBJECTS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'head', 'head 2', '__proto__'] as const

export const flowId = fc.constantFrom(...FLOWS)
export const sourceId = fc.constantFrom(...SOURCES)
export const objectId = fc.constantFrom(...OBJECTS)
export const text = fc.constantFrom('x', 'ü', '', 'Ω long label', "it's")

export const tagValue = fc.oneof(text, fc.array(text, { maxLength: 3 }))
export const collection = fc.array(
  fc.oneof(
    flowId.map((id) => ({ id })),
    fc.record({ id: flowId, role: text }),
  ),
  { maxLength: 3 },
)
