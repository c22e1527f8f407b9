import { ByteBuffer } from 'flatbuffers'
import type { Field } from '../../../../../../services/adapters/vast-db/wire/generated/arrow/field.ts'
import { Int } from '../../../../../../services/adapters/vast-db/wire/generated/arrow/int.ts'
import { Type } from '../../../../../../services/adapters/vast-db/wire/generated/arrow/type.ts'
import { Call } from '../../../../../../services/adapters/vast-db/wire/generated/compute-ir/call.ts'
import type { Expression } from '../../../../../../services/adapters/vast-db/wire/generated/compute-ir/expression.ts'
import { ExpressionImpl } from '../../../../../../services/adapters/vast-db/wire/generated/compute-ir/expression-impl.ts'
import { FieldIndex } from '../../../../../../services/adapters/vast-db/wire/generated/compute-ir/field-index.ts'
import { FieldRef } from '../../../../../../services/adapters/vast-db/wire/generated/compute-ir/field-ref.ts'
import { Literal } from '../../../../../../services/adapters/vast-db/wire/generated/compute-ir/literal.ts'
import {
  LiteralImpl,
  unionToLiteralImpl,
} from '../../../../../../services/adapters/vast-db/wire/generated/compute-ir/literal-impl.ts'
import { Relation } from '../../../../../../services/adapters/vast-db/wire/generated/compute-ir/relation.ts'
import { Source } from '../../../../../../services/adapters/vast-db/wire/generated/compute-ir/source.ts'

const nameIn = (names: Readonly<Record<string, number>>, value: number) =>
  Object.entries(names).find(([, number]) => number === value)?.[0] ?? String(value)

const count = <T>(length: number, at: (index: number) => T) => Array.from({ length }, (_, index) => at(index))

/** What the body of a query says, however it is laid out. */
export function describedQuery(body: Uint8Array) {
  const source: Source = Relation.getRootAsRelation(new ByteBuffer(body)).impl(new Source())
  const schema = source.schema()!
  return {
    columns: count(schema.fieldsLength(), (index) => describedField(schema.fields(index)!)),
    filter: describedExpression(source.filter()!),
    projection: count(source.projectionLength(), (index) => source.projection(index)!.position()),
  }
}

function describedField(field: Field): unknown {
  const children = count(field.childrenLength(), (index) => describedField(field.children(index)!))
  const int: Int | undefined = field.typeType() === Type.Int ? field.type(new Int()) : undefined
  const type = int ? `${int.isSigned() ? 'int' : 'uint'}${int.bitWidth()}` : nameIn(Type, field.typeType())
  return { ...(field.name() !== null && { name: field.name() }), type, nullable: field.nullable(), children }
}

function describedExpression(expression: Expression): unknown {
  if (expression.implType() === ExpressionImpl.FieldRef)
    return (expression.impl(new FieldRef()) as FieldRef).ref(new FieldIndex()).position()
  if (expression.implType() === ExpressionImpl.Literal)
    return describedLiteral(expression.impl(new Literal()))
  const call: Call = expression.impl(new Call())
  return [
    call.name(),
    ...count(call.argumentsLength(), (index) => describedExpression(call.arguments_(index)!)),
  ]
}

function describedLiteral(literal: Literal): unknown {
  const kind = nameIn(LiteralImpl, literal.implType())
  const type = describedField(literal.type() as Field)
  const impl = unionToLiteralImpl(literal.implType(), literal.impl.bind(literal) as never) as never as {
    value?: (index: number) => unknown
    valueArray?: () => Int8Array
    values?: (index: number) => Literal
    valuesLength?: () => number
  }
  if (impl.values)
    return { kind, type, value: count(impl.valuesLength!(), (at) => describedLiteral(impl.values!(at))) }
  if (impl.valueArray) return { kind, type, value: Buffer.from(impl.valueArray() ?? []).toString('hex') }
  return { kind, type, value: impl.value!(0) }
}
