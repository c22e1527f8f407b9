import { z } from 'zod'
import type { JsonObject } from './json.ts'

/** As a client writes a value, or as the service understands it: for text that stands for something else. */
export type Side = 'input' | 'output'

export type SchemaWriter = {
  /** The schema as JSON Schema 2020-12. Parts that have an id become references. */
  write(schema: z.ZodType, side: Side): JsonObject
  /** What those references lead to, by id. */
  readonly components: Readonly<Record<string, JsonObject>>
}

/** Writes zod schemas for one OpenAPI document. */
export function schemaWriter(): SchemaWriter {
  const components: Record<string, JsonObject> = {}
  // Every operation has the same error body and mostly the same parameters.
  const written = { input: new Map<z.ZodType, JsonObject>(), output: new Map<z.ZodType, JsonObject>() }
  const write = (schema: z.ZodType, side: Side): JsonObject => {
    const known = written[side].get(schema)
    if (known) return known
    const { $schema: _, $defs, ...root } = toComponents(z.toJSONSchema(schema, { io: side, unrepresentable }))
    for (const [id, component] of Object.entries($defs ?? {})) components[id] ??= component
    written[side].set(schema, root)
    return root
  }
  return { write, components }
}

/** References are made to the place where OpenAPI keeps schemas. */
function toComponents(
  schema: object,
): JsonObject & { readonly $defs?: Readonly<Record<string, JsonObject>> } {
  return JSON.parse(
    JSON.stringify(schema, withoutSafeBounds).replaceAll('"#/$defs/', '"#/components/schemas/'),
  )
}

/** The one thing in our schemas that JSON Schema has no type for: a field that must not be there. */
function unrepresentable({ zodSchema }: { readonly zodSchema: z.core.$ZodType }) {
  return zodSchema._zod.def.type === 'undefined' ? { not: {} } : 'throw'
}

/** Every integer is one that a double holds exactly: no news to anyone, so it is left out. */
function withoutSafeBounds(key: string, value: unknown): unknown {
  const isBound = key === 'minimum' || key === 'maximum'
  return isBound && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER ? undefined : value
}
