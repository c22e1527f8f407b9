/**
 * How far a reader has come: it has everything up to `position`, and of the event after that so many of its
 * segments. Almost always none: only what is too long for one message is told in parts.
 */
export type EventCursor = { readonly position: number; readonly segment: number }

export const cursorAfter = (position: number): EventCursor => ({ position, segment: 0 })

/** As readers keep it: `12` is after the event at position 12; `12.400` is after 400 segments of that. */
export const cursorText = ({ position, segment }: EventCursor): string =>
  segment === 0 ? String(position) : `${position + 1}.${segment}`

const CURSOR = /^(\d{1,15})(?:\.([1-9]\d{0,8}))?$/

/** @returns undefined for what cursorText never made */
export function parseCursor(text: string): EventCursor | undefined {
  const [, position, segment] = CURSOR.exec(text) ?? []
  if (position === undefined) return undefined
  if (segment === undefined) return cursorAfter(Number(position))
  return Number(position) === 0 ? undefined : { position: Number(position) - 1, segment: Number(segment) }
}
