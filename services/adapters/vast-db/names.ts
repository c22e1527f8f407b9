import { VastDbError } from './vast-db-error.ts'

export type SchemaRef = {
  readonly bucket: string
  /** A schema inside another one: `outer/inner`. */
  readonly schema: string
}

export type TableRef = SchemaRef & { readonly table: string }

/**
 * Clients disagree on how to sign what a URL has to encode, so names keep to what needs no encoding: letters,
 * digits, `.`, `_`, `~` and `-`. Columns may be called anything.
 */
const PLAIN = /^[A-Za-z0-9._~-]+$/
const LONGEST_NAME = 255

export const bucketPath = (bucket: string): string => pathOf([bucket])
export const schemaPath = ({ bucket, schema }: SchemaRef): string => pathOf([bucket, ...schema.split('/')])
export const tablePath = ({ bucket, schema, table }: TableRef): string =>
  pathOf([bucket, ...schema.split('/'), table])

/** @throws VastDbError `bad_argument` */
function pathOf(segments: readonly string[]): string {
  for (const name of segments)
    if (!PLAIN.test(name) || name.length > LONGEST_NAME || /^\.\.?$/.test(name))
      throw new VastDbError(
        'bad_argument',
        `not a name of a bucket, schema or table: ${JSON.stringify(name)}`,
      )
  return `/${segments.join('/')}`
}

/** As the value of a query item. */
export const encoded = (value: string): string =>
  encodeURIComponent(value).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
