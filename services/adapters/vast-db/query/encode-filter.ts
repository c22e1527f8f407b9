import { DataType, type Field } from 'apache-arrow'
import type { Builder } from 'flatbuffers'
import { Call } from '../wire/generated/compute-ir/call.ts'
import { Deref } from '../wire/generated/compute-ir/deref.ts'
import { Expression } from '../wire/generated/compute-ir/expression.ts'
import { ExpressionImpl } from '../wire/generated/compute-ir/expression-impl.ts'
import { FieldIndex } from '../wire/generated/compute-ir/field-index.ts'
import { FieldRef } from '../wire/generated/compute-ir/field-ref.ts'
import { encodeBytesConstant, encodeConstant, encodeTypeOfConstant, notText } from './encode-constant.ts'
import type { Clause, Range, Test } from './normal-form.ts'
import { type Operand, operandAt } from './positions.ts'

/** Always all clauses in one `and`, and the alternatives of each in an `or`, be it of a single one. */
export function encodeFilter(
  builder: Builder,
  columns: readonly Field[],
  clauses: readonly Clause[],
): number {
  const encoded = clauses.map(({ column, ranges }) => {
    const operand = encodeOperand(builder, operandAt(columns, column))
    return call(
      builder,
      'or',
      ranges.map((range) => encodeRange(builder, operand, range)),
    )
  })
  return call(builder, 'and', encoded)
}

function encodeRange(builder: Builder, operand: EncodedOperand, [one, two]: Range): number {
  if (!two) return encodeTest(builder, operand, one)
  return call(builder, 'and', [encodeTest(builder, operand, one), encodeTest(builder, operand, two)])
}

function encodeTest(builder: Builder, operand: EncodedOperand, test: Test): number {
  const { column } = operand
  const constant = encodeOther(builder, operand, test)
  if (constant === undefined) return call(builder, test.is, [column])
  return call(builder, test.is, [column, expression(builder, ExpressionImpl.Literal, constant)])
}

/** What the column is compared with, if with anything. */
function encodeOther(builder: Builder, { type, typeOffset }: EncodedOperand, test: Test): number | undefined {
  if ('value' in test) return encodeConstant(builder, type, typeOffset, test.value)
  if ('bytes' in test) return encodeBytesConstant(builder, type, typeOffset, test.bytes)
  if (!('part' in test)) return undefined
  if (!DataType.isUtf8(type)) throw notText(type)
  return encodeConstant(builder, type, typeOffset, test.part)
}

/** Written once, however many alternatives there are. */
type EncodedOperand = { readonly type: DataType; readonly typeOffset: number; readonly column: number }

const encodeOperand = (builder: Builder, { type, nullable, position }: Operand): EncodedOperand => ({
  type,
  typeOffset: encodeTypeOfConstant(builder, type, nullable),
  column: columnRef(builder, position),
})

function columnRef(builder: Builder, position: number): number {
  const index = FieldIndex.createFieldIndex(builder, position)
  return expression(
    builder,
    ExpressionImpl.FieldRef,
    FieldRef.createFieldRef(builder, Deref.FieldIndex, index, 0),
  )
}

function call(builder: Builder, name: string, args: readonly number[]): number {
  const nameOffset = builder.createSharedString(name)
  const vector = Call.createArgumentsVector(builder, [...args])
  Call.startCall(builder)
  Call.addName(builder, nameOffset)
  Call.addArguments(builder, vector)
  return expression(builder, ExpressionImpl.Call, Call.endCall(builder))
}

const expression = (builder: Builder, tag: ExpressionImpl, offset: number): number =>
  Expression.createExpression(builder, tag, offset)
