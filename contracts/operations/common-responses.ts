import type { ResponseDefinition } from '../http/operation.ts'

export const invalidQuery: ResponseDefinition = { description: 'A query parameter is wrong or unknown.' }

export const readOnlyFlow: ResponseDefinition = { description: 'The Flow is read-only.' }

export const noSuchFlow: ResponseDefinition = { description: 'There is no such Flow.' }

export const noSuchObject: ResponseDefinition = {
  description: 'There is no such object, or no Flow Segment has used it yet.',
}
