/**
 * How long a server asks to be left alone (RFC 9110, 10.2.3: seconds, or a date), milliseconds.
 * @param text of its Retry-After header
 * @returns undefined where it is neither
 */
export function retryAfterMs(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs)
}
