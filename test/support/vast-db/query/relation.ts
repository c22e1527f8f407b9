import type { Field } from 'apache-arrow'
import { ByteBuffer } from 'flatbuffers'
import { Deref } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/deref.ts'
import type { Expression } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/expression.ts'
import { ExpressionImpl } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/expression-impl.ts'
import { FieldIndex } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/field-index.ts'
import { FieldRef } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/field-ref.ts'
import { Project } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/project.ts'
import { Relation } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/relation.ts'
import { RelationImpl } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/relation-impl.ts'
import { Source } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/source.ts'
import { badRequest } from '../refusal.ts'
import { type Clause, clausesOf } from './filter.ts'
import { isLeaf, type Node } from './leaves.ts'
import { fieldOf } from './wire-field.ts'

export type Query = {
  readonly leaves: readonly Node[]
  readonly clauses: readonly Clause[]
}

/** What a body asks for, of the two shapes that clients send. @see section 6.2 of the protocol */
export function queryOf(body: Uint8Array, nodesOf: (fields: readonly Field[]) => readonly Node[]): Query {
  const root = Relation.getRootAsRelation(new ByteBuffer(body))
  const isProject = root.implType() === RelationImpl.Project
  const project: Project | undefined = isProject ? root.impl(new Project()) : undefined
  const relation = project ? project.rel() : root
  if (relation?.implType() !== RelationImpl.Source) throw badRequest('a query is of a source')
  const source: Source = relation.impl(new Source())
  const schema = source.schema()
  if (!schema) throw badRequest('a query has a schema')
  const fields = Array.from({ length: schema.fieldsLength() }, (_, at) => fieldOf(schema.fields(at) as never))
  const nodes = nodesOf(fields)
  const positions = project
    ? Array.from({ length: project.expressionsLength() }, (_, at) => positionOf(project.expressions(at)))
    : Array.from({ length: source.projectionLength() }, (_, at) => source.projection(at)?.position() ?? 0)
  if (new Set(positions).size !== positions.length) throw badRequest('a column is projected twice')
  const leaves = positions.map((position) => leafAt(nodes, position))
  return { leaves, clauses: clausesOf(source.filter(), nodes) }
}

function positionOf(expression: Expression | null): number {
  if (expression?.implType() !== ExpressionImpl.FieldRef) throw badRequest('only columns are projected')
  const reference: FieldRef = expression.impl(new FieldRef())
  if (reference.refType() !== Deref.FieldIndex) throw badRequest('a column is referred to by its position')
  return (reference.ref(new FieldIndex()) as FieldIndex).position()
}

function leafAt(nodes: readonly Node[], position: number): Node {
  const node = nodes[position]
  if (!node || !isLeaf(node))
    throw badRequest(`what is projected are leaves, and there is none at ${position}`)
  return node
}
