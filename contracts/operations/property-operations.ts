import type { z } from 'zod'
import { defineOperation, type ResponseDefinition, type Shape } from '../http/operation.ts'
import { asOfHeaders, asOfQuery } from './as-of.ts'
import { invalidQuery } from './common-responses.ts'

/** A resource whose properties have paths of their own. */
export type PropertyOwner<P extends Shape> = {
  /** Its name in prose, which the documentation also groups by: Flow, Flows. */
  readonly noun: 'Flow' | 'Source'
  readonly path: `/${string}`
  /** What TAMS's operation ids call that path: flows-flowId. */
  readonly id: string
  readonly params: P
  /** Why a change may be refused with 403. */
  readonly forbidden: ResponseDefinition
}

export type Property<B extends z.ZodType> = {
  /** The end of its path: label. */
  readonly name: string
  readonly value: B
  /** What prose calls it: label. */
  readonly words: string
  readonly example: z.input<B>
  /** Whether reads always find one. */
  readonly isAlwaysThere?: boolean
  /** Why it may be impossible to unset. */
  readonly keptBy?: string
}

/** How a property is read, set, and unset. The ids are TAMS's, as its document spells them. */
export function propertyOperations<const P extends Shape, B extends z.ZodType>(
  { noun, path, id, params, forbidden }: PropertyOwner<P>,
  { name, value, words, example, isAlwaysThere = false, keptBy }: Property<B>,
) {
  const operationId = `${id}-${name.replace(/[{}]/g, '').replace(/[_/]/g, '-')}`
  const common = { path: `${path}/${name}`, tag: `${noun}s`, params } as const
  const missing = { description: `There is no such ${noun}.` }
  const unset = { description: `There is no such ${noun}, or its ${words} is not set.` }
  return {
    get: defineOperation({
      ...common,
      operationId: `GET_${operationId}`,
      method: 'get',
      summary: `Give the ${words} of a ${noun}`,
      query: asOfQuery,
      responses: {
        200: { description: `The ${words}.`, body: value, headers: asOfHeaders },
        400: invalidQuery,
        404: isAlwaysThere ? missing : unset,
      },
    }),
    put: defineOperation({
      ...common,
      operationId: `PUT_${operationId}`,
      method: 'put',
      summary: `Set the ${words} of a ${noun}`,
      body: value,
      bodyExamples: { Example: example },
      responses: {
        204: { description: 'It is as asked for.' },
        400: { description: `The body is no ${words}, or not one that can be here.` },
        403: forbidden,
        404: missing,
      },
    }),
    remove: defineOperation({
      ...common,
      operationId: `DELETE_${operationId}`,
      method: 'delete',
      scopes: ['tams-api/write'],
      summary: `Unset the ${words} of a ${noun}`,
      responses: {
        204: { description: 'There is none now.' },
        ...(keptBy !== undefined && { 400: { description: keptBy } }),
        403: forbidden,
        404: missing,
      },
    }),
  }
}

/** How all tags are read: they are set one by one, or by what replaces the resource. */
export function tagsOperation<const P extends Shape, B extends z.ZodType>(
  { noun, path, id, params }: PropertyOwner<P>,
  tags: B,
) {
  return defineOperation({
    operationId: `GET_${id}-tags`,
    method: 'get',
    path: `${path}/tags`,
    tag: `${noun}s`,
    summary: `Give the tags of a ${noun}`,
    params,
    query: asOfQuery,
    responses: {
      200: { description: 'The tags.', body: tags, headers: asOfHeaders },
      400: invalidQuery,
      404: { description: `There is no such ${noun}.` },
    },
  })
}
