/** JSON, or null for what is not there. */
export const jsonText = (value: unknown): string | null =>
  value === undefined ? null : JSON.stringify(value)

/** When it was, of a time as resources write it. UTC, milliseconds. */
export const timeMs = (text: string | undefined): number | null =>
  text === undefined ? null : Date.parse(text)
