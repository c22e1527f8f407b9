import { nameOf, statusOf } from './s3-fault.ts'

/** What an object is made on. */
export type Condition = { readonly IfNoneMatch?: string }

/** Each attempt fails only if someone removes the object in the instant between two requests. */
const ATTEMPTS = 5

/**
 * Makes an object on the condition that there is none.
 * @returns whether it was made, by us: false where one was there first
 */
export async function onceOnly(make: (condition: Condition) => Promise<void>): Promise<boolean> {
  let condition: Condition = { IfNoneMatch: '*' }
  for (let attempt = 1; ; attempt += 1) {
    try {
      await make(condition)
      return true
    } catch (error) {
      // The last also where we made it, and the answer was lost: the SDK then asked again.
      if (statusOf(error) === 412 || nameOf(error) === 'NoSuchUpload') return false
      if (attempt === ATTEMPTS) throw error
      if (nameOf(error) === 'NotImplemented') condition = {}
      else if (nameOf(error) !== 'ConditionalRequestConflict') throw error
    }
  }
}
