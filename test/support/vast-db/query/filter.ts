import { DataType } from 'apache-arrow'
import { Call } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/call.ts'
import { Deref } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/deref.ts'
import type { Expression } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/expression.ts'
import { ExpressionImpl } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/expression-impl.ts'
import { FieldIndex } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/field-index.ts'
import { FieldRef } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/field-ref.ts'
import { Literal } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/literal.ts'
import { badRequest } from '../refusal.ts'
import { isLeaf, type Node } from './leaves.ts'
import { literalValue } from './literal.ts'
import type { Scalar } from './scalars.ts'

export type Operator = 'equal' | 'not_equal' | 'greater' | 'greater_equal' | 'less' | 'less_equal'

export type Comparison = { readonly operator: Operator; readonly value: Scalar | readonly Scalar[] }

export type Range =
  | { readonly is: 'null' | 'valid' }
  | { readonly contains: string }
  /** All of them hold. */
  | { readonly all: readonly Comparison[] }

/** Of one column, one of the ranges holds. */
export type Clause = { readonly node: Node; readonly ranges: readonly Range[] }

/**
 * The clauses of a filter, of which all have to hold: `and( or( range… )… )`, each `or` of one column.
 * Other shapes are refused: whether the database takes them is not known.
 * @see section 6.3 of the protocol
 */
export function clausesOf(filter: Expression | null, nodes: readonly Node[]): Clause[] {
  const and = filter && call(filter)
  if (and?.name() !== 'and') throw badRequest('a filter is a call of and')
  return args(and).map((expression) => clauseOf(expression, nodes))
}

function clauseOf(expression: Expression, nodes: readonly Node[]): Clause {
  const or = call(expression)
  if (or?.name() !== 'or') throw badRequest('what a filter combines are calls of or')
  const ranges = args(or).map((range) => rangeOf(range, nodes))
  const [first] = ranges
  if (!first) throw badRequest('an or of nothing')
  if (ranges.some(({ node }) => node !== first.node)) throw badRequest('an or of several columns')
  return { node: first.node, ranges: ranges.map(({ range }) => range) }
}

type Found = { readonly node: Node; readonly range: Range }

function rangeOf(expression: Expression, nodes: readonly Node[]): Found {
  const range = call(expression)
  const name = range?.name()
  if (!range) throw badRequest('a range is a call')
  const operands = args(range)
  if (name === 'and') {
    if (operands.length !== 2) throw badRequest('a range between is of two comparisons')
    const [from, to] = operands.map((each) => comparisonOf(call(each), nodes)) as [Compared, Compared]
    if (from.node !== to.node) throw badRequest('a range of two columns')
    return { node: from.node, range: { all: [from.comparison, to.comparison] } }
  }
  if (name === 'is_null' || name === 'is_valid') {
    if (operands.length !== 1) throw badRequest(`${name} takes one argument`)
    return { node: nodeOf(operands[0], nodes), range: { is: name === 'is_null' ? 'null' : 'valid' } }
  }
  if (name === 'match_substring') {
    const { node, value } = columnAndLiteral(operands, nodes)
    if (!DataType.isUtf8(node.type) || typeof value !== 'string')
      throw badRequest('match_substring is of strings')
    return { node, range: { contains: value } }
  }
  const { node, comparison } = comparisonOf(range, nodes)
  return { node, range: { all: [comparison] } }
}

type Compared = { readonly node: Node; readonly comparison: Comparison }

const OPERATORS: ReadonlySet<string> = new Set([
  'equal',
  'not_equal',
  'greater',
  'greater_equal',
  'less',
  'less_equal',
] satisfies Operator[])

function comparisonOf(compared: Call | undefined, nodes: readonly Node[]): Compared {
  const operator = compared?.name() ?? ''
  if (!compared || !OPERATORS.has(operator)) throw badRequest(`unknown function ${operator}`)
  const { node, value } = columnAndLiteral(args(compared), nodes)
  return { node, comparison: { operator: operator as Operator, value } }
}

function columnAndLiteral(operands: readonly Expression[], nodes: readonly Node[]) {
  const [column, constant] = operands
  if (operands.length !== 2 || constant?.implType() !== ExpressionImpl.Literal) {
    throw badRequest('a column is compared with a literal')
  }
  const node = nodeOf(column, nodes)
  return { node, value: literalValue(constant.impl<never>(new Literal()) as Literal, node.type) }
}

/** A leaf of structs, or a list of fixed size, said by its item. */
function nodeOf(expression: Expression | undefined, nodes: readonly Node[]): Node {
  if (expression?.implType() !== ExpressionImpl.FieldRef) throw badRequest('the first argument is a column')
  const reference: FieldRef = expression.impl(new FieldRef())
  if (reference.refType() !== Deref.FieldIndex || reference.relationIndex() !== 0) {
    throw badRequest('a column is referred to by its position')
  }
  const position = (reference.ref(new FieldIndex()) as FieldIndex).position()
  const node = nodes[position]
  if (!node || !isLeaf(node)) throw badRequest(`no column to compare at ${position}`)
  if (DataType.isFixedSizeList(node.parent) && node.path.length === 1) return nodes[position - 1] as Node
  const parents = ancestors(node)
  if (!parents.every((type) => DataType.isStruct(type))) throw badRequest(`lists and maps are not compared`)
  return node
}

function ancestors({ field, path }: Node): DataType[] {
  const types: DataType[] = []
  let type = field.type as DataType
  for (const at of path) {
    types.push(type)
    type = type.children[at]?.type as DataType
  }
  return types
}

function call(expression: Expression): Call | undefined {
  if (expression.implType() !== ExpressionImpl.Call) return undefined
  const made: Call = expression.impl(new Call())
  if (made.orderingsLength() > 0) throw badRequest('a call has no orderings')
  return made
}

const args = (made: Call): Expression[] =>
  Array.from({ length: made.argumentsLength() }, (_, at) => made.arguments_(at) as Expression)
