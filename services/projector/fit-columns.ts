import type { Schema } from 'apache-arrow'

/** What a table that is there lacks to be as it is declared. Columns that others have added are no matter. */
export function columnsThatDiffer(
  has: Schema,
  wanted: Schema,
): { readonly isOther: boolean; readonly missing: readonly string[] } {
  const types = new Map(has.fields.map(({ name, type }) => [name, String(type)]))
  return {
    isOther: wanted.fields.some(({ name, type }) => types.has(name) && types.get(name) !== String(type)),
    missing: wanted.fields.filter(({ name }) => !types.has(name)).map(({ name }) => name),
  }
}
