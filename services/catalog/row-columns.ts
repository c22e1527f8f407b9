/** How to select each field of a row, under the field's name. */
export type RowColumns<R> = Readonly<Record<keyof R & string, string>>

/** A row's fields as text, in the order of its columns; empty for NULL. */
export type Fields = readonly string[]

export const selectList = (columns: Readonly<Record<string, string>>): string =>
  Object.entries(columns)
    .map(([name, sql]) => `${sql} AS ${name}`)
    .join(', ')

/** What clients named, which may hold any character, comes as a JSON string. */
export const unquoted = (text: string): string =>
  text.includes('\\') ? (JSON.parse(text) as string) : text.slice(1, -1)

export const unquotedOrNull = (text: string): string | null => (text === '' ? null : unquoted(text))
export const numberOrNull = (text: string): number | null => (text === '' ? null : Number(text))
