import { ObjectId } from '../resources/object-id.ts'

/** The path of everything that belongs to one object. */
export const objectParams = { objectId: ObjectId.describe('The object; its id is URL-encoded, slashes too.') }
