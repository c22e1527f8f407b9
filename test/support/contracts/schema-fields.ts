type JsonSchema = Record<string, unknown>

/** Finds what a `$ref` leads to. */
export type Resolve = (reference: string) => JsonSchema

/** `a.b[]`: whether it has to be there where its parent is, or `some` where only some forms want it. */
export type Fields = ReadonlyMap<string, { readonly required: boolean; readonly type: string }>

/**
 * The fields that bodies of a schema may have, at any depth, but for those that are not TAMS's. The forms of a `oneOf` or `anyOf` are put
 * together: a field is required if all of them require it.
 */
export function fieldsOf(schema: unknown, resolve: Resolve): Fields {
  const fields = new Map<string, { required: boolean; type: string }>()
  collect(schema as JsonSchema, '', resolve, fields)
  return fields
}

function collect(
  schema: JsonSchema,
  path: string,
  resolve: Resolve,
  fields: Map<string, { required: boolean; type: string }>,
): void {
  const whole = flatten(schema, resolve)
  for (const [name, property] of Object.entries(whole.properties)) {
    const place = path === '' ? name : `${path}.${name}`
    const required = whole.required.has(name)
    const type = flatten(property, resolve).type
    fields.set(place, { required: required && (fields.get(place)?.required ?? true), type })
    collect(property, place, resolve, fields)
  }
  if (whole.items) collect(whole.items, `${path}[]`, resolve, fields)
}

type Flat = {
  readonly properties: Record<string, JsonSchema>
  readonly required: ReadonlySet<string>
  readonly items: JsonSchema | undefined
  readonly type: string
}

/** A schema with all it refers to and is made of, as one. */
function flatten(schema: JsonSchema, resolve: Resolve): Flat {
  if (typeof schema['$ref'] === 'string') {
    const { $ref, ...beside } = schema
    return both([flatten(resolve($ref as string), resolve), flatten(beside, resolve)])
  }
  const { properties = {}, required = [], items, type, allOf = [], oneOf, anyOf } = schema
  const allowed = Object.entries(properties as Record<string, JsonSchema>).filter(
    ([, { not, 'x-framelog-extension': isExtension }]) => !not && !isExtension,
  )
  const own: Flat = {
    properties: Object.fromEntries(allowed),
    required: new Set(required as string[]),
    items: items as JsonSchema | undefined,
    type: String(type ?? ''),
  }
  const forms = ((oneOf ?? anyOf ?? []) as JsonSchema[]).map((form) => flatten(form, resolve))
  const parts = (allOf as JsonSchema[]).map((part) => flatten(part, resolve))
  return both([own, ...parts, ...(forms.length > 0 ? [either(forms)] : [])])
}

function both(parts: readonly Flat[]): Flat {
  return {
    properties: mergedProperties(parts),
    required: new Set(parts.flatMap(({ required }) => [...required])),
    items: parts.find(({ items }) => items)?.items,
    type: parts.find(({ type }) => type !== '')?.type ?? '',
  }
}

function either(forms: readonly Flat[]): Flat {
  const [first, ...others] = forms
  const shared = [...(first?.required ?? [])].filter((name) =>
    others.every(({ required }) => required.has(name)),
  )
  return { ...both(forms), required: new Set(shared) }
}

/** Where two parts describe one field, it is any of what they say. */
function mergedProperties(parts: readonly Flat[]): Record<string, JsonSchema> {
  const merged: Record<string, JsonSchema> = {}
  for (const { properties } of parts) {
    for (const [name, property] of Object.entries(properties)) {
      const known = merged[name]
      merged[name] = known ? { anyOf: [known, property] } : property
    }
  }
  return merged
}
