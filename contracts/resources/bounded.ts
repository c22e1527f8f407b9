import { z } from 'zod'

/**
 * An array of at most `max` items. Its length is looked at first: zod itself would look into every item of
 * a longer one, and a few megabytes of wrong items would cost seconds and gigabytes of issues.
 */
export const boundedArray = <T extends z.ZodType>(item: T, max: number) =>
  z.preprocess((value, context) => {
    if (!Array.isArray(value) || value.length <= max) return value
    context.issues.push({ code: 'too_big', origin: 'array', maximum: max, inclusive: true, input: value })
    return z.NEVER
  }, z.array(item).max(max))

/**
 * An object with at most `max` keys of the caller's choosing, for the same reason. One called `__proto__` zod
 * would drop in silence, so it is refused.
 */
export const boundedRecord = <K extends z.ZodString, T extends z.ZodType>(key: K, item: T, max: number) =>
  z.preprocess(
    (value, context) => {
      if (typeof value !== 'object' || value === null) return value
      if (Object.keys(value).length > max) {
        context.issues.push({
          code: 'too_big',
          origin: 'object',
          maximum: max,
          inclusive: true,
          input: value,
        })
        return z.NEVER
      }
      if (!Object.hasOwn(value, '__proto__')) return value
      context.issues.push({ code: 'custom', path: ['__proto__'], message: 'cannot be a name', input: value })
      return z.NEVER
    },
    z.record(key, item).meta({ maxProperties: max }),
  )
