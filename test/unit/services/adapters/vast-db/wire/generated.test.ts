import { ByteBuffer } from 'flatbuffers'
import { describe, expect, it } from 'vitest'
import { Call } from '../../../../../../services/adapters/vast-db/wire/generated/compute-ir/call.ts'
import { Expression } from '../../../../../../services/adapters/vast-db/wire/generated/compute-ir/expression.ts'
import { FieldIndex } from '../../../../../../services/adapters/vast-db/wire/generated/compute-ir/field-index.ts'
import { FieldRef } from '../../../../../../services/adapters/vast-db/wire/generated/compute-ir/field-ref.ts'
import { Int64Literal } from '../../../../../../services/adapters/vast-db/wire/generated/compute-ir/int64literal.ts'
import { Literal } from '../../../../../../services/adapters/vast-db/wire/generated/compute-ir/literal.ts'
import { Relation } from '../../../../../../services/adapters/vast-db/wire/generated/compute-ir/relation.ts'
import { Source } from '../../../../../../services/adapters/vast-db/wire/generated/compute-ir/source.ts'
import { CreateSchemaRequest } from '../../../../../../services/adapters/vast-db/wire/generated/tabular/create-schema-request.ts'
import { GetTableStatsResponse } from '../../../../../../services/adapters/vast-db/wire/generated/tabular/get-table-stats-response.ts'
import { ListSchemasResponse } from '../../../../../../services/adapters/vast-db/wire/generated/tabular/list-schemas-response.ts'
import { VECTORS } from './vectors.ts'

const bytesOf = (vector: keyof typeof VECTORS) => new ByteBuffer(Buffer.from(VECTORS[vector], 'hex'))

describe('the generated code', () => {
  it('reads bodies about schemas and tables', () => {
    expect(CreateSchemaRequest.getRootAsCreateSchemaRequest(bytesOf('createSchema')).properties()).toBe('')

    const none = ListSchemasResponse.getRootAsListSchemasResponse(bytesOf('noSchemas'))
    expect([none.bucketName(), none.schemasLength()]).toEqual(['db1', 0])

    const one = ListSchemasResponse.getRootAsListSchemasResponse(bytesOf('oneSchema')).schemas(0)
    expect([one?.name(), one?.properties(), one?.handle(), one?.numRows()]).toEqual(['s1', '', '1', 0n])

    const stats = GetTableStatsResponse.getRootAsGetTableStatsResponse(bytesOf('stats'))
    expect([stats.numRows(), stats.sizeInBytes(), stats.vipsLength()]).toEqual([3n, 42n, 0])
  })

  it('reads a query down to its constant', () => {
    const source: Source = Relation.getRootAsRelation(bytesOf('selectGreater')).impl(new Source())
    const names = [0, 1].map((index) => source.schema()?.fields(index)?.name())
    expect([names, source.projection(0)?.position()]).toEqual([['s', 'a'], 0])

    const and: Call = source.filter()?.impl(new Call())
    const or: Call = and.arguments_(0)?.impl(new Call())
    const greater: Call = or.arguments_(0)?.impl(new Call())
    expect([and.name(), or.name(), greater.name()]).toEqual(['and', 'or', 'greater'])

    const [left, right] = [0, 1].map((index) => greater.arguments_(index, new Expression()))
    const column: FieldRef = left?.impl(new FieldRef())
    const literal: Literal = right?.impl(new Literal())
    expect(column.ref(new FieldIndex()).position()).toBe(1)
    expect(literal.impl(new Int64Literal()).value()).toBe(1n)
  })
})
