import { Uuid } from '../resources/uuid.ts'

/** The path of everything that belongs to one Flow. */
export const flowParams = { flowId: Uuid.describe('The Flow.') }
