import { Uuid } from '../resources/uuid.ts'

/** The path of one Profile. */
export const profileParams = { profileId: Uuid.describe('The Profile.') }
