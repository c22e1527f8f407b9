import { z } from 'zod'
import { OPEN, type Scope } from './scope.ts'

export type HttpMethod = 'get' | 'put' | 'post' | 'delete'

/** Schemas by the name of a parameter. */
export type Shape = Readonly<Record<string, z.ZodType>>

export type ResponseDefinition = {
  readonly description: string
  readonly body?: z.ZodType
  /** Of the answer to a form, where one to JSON has no body. OpenAPI has no way to say so: it is an extension. */
  readonly bodyOfForm?: z.ZodType
  /** Of the body: application/json unless given. */
  readonly contentType?: string
  /** Media types of the same that a request can ask for instead, by `Accept`. */
  readonly alsoAs?: readonly string[]
  readonly headers?: Shape
}

/** A pattern is a fixed text and then `{name}`, which stands for any text: `tag.{name}`. */
export type QueryPatterns = Readonly<Record<`${string}{name}`, z.ZodType>>

/** What the service promises of one HTTP method of one path: router, parser and documentation come from it. */
export type Operation<
  P extends Shape = Shape,
  Q extends Shape = Shape,
  D extends QueryPatterns = QueryPatterns,
  B extends z.ZodType = z.ZodType,
> = {
  /** TAMS's own name for it, so that comparing with the specification is a diff; ours for extensions. */
  readonly operationId: string
  readonly method: HttpMethod
  /** With its parameters in braces: `/flows/{flowId}`. */
  readonly path: string
  readonly tag: string
  readonly summary: string
  readonly description: string
  readonly params: z.ZodObject<P, z.core.$strip>
  /** Strict: a parameter nobody knows is refused rather than ignored. */
  readonly query: z.ZodObject<Q, z.core.$strict>
  readonly queryPatterns: D
  /** None where the request has no body. */
  readonly body: B | undefined
  /** Bodies to learn from, by a title. */
  readonly bodyExamples: Readonly<Record<string, z.input<B>>>
  /** The parts of a form (multipart/form-data) that is taken as well as `body`. Not in TAMS. */
  readonly formBody?: z.ZodObject
  readonly responses: Readonly<Record<number, ResponseDefinition>>
  /** Any one of them is enough, where callers have to say who they are; none: it is open to all. */
  readonly scopes: readonly Scope[]
  /** Not in the TAMS specification. */
  readonly isExtension: boolean
}

/** The request of an operation, understood. */
export type OperationRequest<O> =
  O extends Operation<infer P, infer Q, infer D, infer B>
    ? {
        readonly params: z.output<z.ZodObject<P, z.core.$strip>>
        readonly query: z.output<z.ZodObject<Q, z.core.$strict>>
        /** What was asked by each pattern, under the name that stood for `{name}`. */
        readonly queryPatterns: { readonly [K in keyof D]: ReadonlyMap<string, z.output<D[K]>> }
        readonly body: z.output<B>
      }
    : never

type NoShape = Readonly<Record<never, z.ZodType>>

type OperationDefinition<P extends Shape, Q extends Shape, D extends QueryPatterns, B extends z.ZodType> = {
  readonly operationId: string
  readonly method: HttpMethod
  readonly path: `/${string}`
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly params?: P
  readonly query?: Q
  readonly queryPatterns?: D
  readonly body?: B
  readonly bodyExamples?: Readonly<Record<string, z.input<B>>>
  readonly formBody?: z.ZodObject
  readonly responses: Readonly<Record<number, ResponseDefinition>>
  /** Those that are enough beside `tams-api/admin`, where its method does not tell. @see AppNote 0016 */
  readonly scopes?: readonly Scope[]
  readonly isExtension?: boolean
}

/** @see AppNote 0016: what a method needs, unless its table marks it. */
const SCOPE_OF: Readonly<Record<HttpMethod, Scope>> = {
  get: 'tams-api/read',
  post: 'tams-api/write',
  put: 'tams-api/write',
  delete: 'tams-api/delete',
}

const withAdmin = (scopes: readonly Scope[]): readonly Scope[] =>
  scopes === OPEN ? OPEN : [...new Set<Scope>([...scopes, 'tams-api/admin'])]

/** How OpenAPI marks a parameter or a property that is not in TAMS. */
export const EXTENSION = { 'x-framelog-extension': true } as const

/** Parameters that are not in TAMS, of an operation that is. */
export const asExtension = <S extends Shape>(parameters: S): S =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, schema]) => [
      name,
      schema.meta({ ...schema.meta(), ...EXTENSION }),
    ]),
  ) as Shape as S

/** Declares an operation. */
export function defineOperation<
  const P extends Shape = NoShape,
  const Q extends Shape = NoShape,
  const D extends QueryPatterns = NoShape,
  B extends z.ZodType = z.ZodUndefined,
>(definition: OperationDefinition<P, Q, D, B>): Operation<P, Q, D, B> {
  const { params, query, queryPatterns, body, bodyExamples = {} } = definition
  const { description = '', isExtension = false } = definition
  return {
    ...definition,
    description,
    isExtension,
    scopes: withAdmin(definition.scopes ?? [SCOPE_OF[definition.method]]),
    params: z.object(params ?? ({} as P)),
    query: z.strictObject(query ?? ({} as Q)),
    queryPatterns: queryPatterns ?? ({} as D),
    body,
    bodyExamples,
  }
}
