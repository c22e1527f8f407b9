const MS_PER_MINUTE = 60_000

let minute = Number.NaN
let prefix = ''

/**
 * A UTC time in milliseconds as ISO 8601 has it. The times on a page are often close, and what is the same for
 * a whole minute is kept from one to the next: `toISOString` is a large part of a page's cost.
 */
export function dateTime(ms: number): string {
  const its = Math.floor(ms / MS_PER_MINUTE)
  if (its !== minute) {
    // yyyy-mm-ddThh:mm:
    prefix = new Date(its * MS_PER_MINUTE).toISOString().slice(0, -'00.000Z'.length)
    minute = its
  }
  const rest = ms - its * MS_PER_MINUTE
  const seconds = Math.floor(rest / 1000)
  const thousandths = rest % 1000
  return `${prefix}${seconds < 10 ? '0' : ''}${seconds}.${thousandths < 100 ? '0' : ''}${thousandths < 10 ? '0' : ''}${thousandths}Z`
}
