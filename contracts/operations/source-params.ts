import { Uuid } from '../resources/uuid.ts'

/** The path of everything that belongs to one Source. */
export const sourceParams = { sourceId: Uuid.describe('The Source.') }
