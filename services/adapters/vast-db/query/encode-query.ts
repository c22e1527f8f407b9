import type { Field } from 'apache-arrow'
import { Builder } from 'flatbuffers'
import { VastDbError } from '../vast-db-error.ts'
import { Schema } from '../wire/generated/arrow/schema.ts'
import { FieldIndex } from '../wire/generated/compute-ir/field-index.ts'
import { Relation } from '../wire/generated/compute-ir/relation.ts'
import { RelationImpl } from '../wire/generated/compute-ir/relation-impl.ts'
import { Source } from '../wire/generated/compute-ir/source.ts'
import { encodeField } from './encode-field.ts'
import { encodeFilter } from './encode-filter.ts'
import type { Clause } from './normal-form.ts'
import { leafPositions, nodeCount } from './positions.ts'

export type Query = {
  /** The columns that are wanted, in the order in which they are. None: only how many rows there are. */
  readonly wanted: readonly Field[]
  /** Columns that only the filter looks at. */
  readonly lookedAt: readonly Field[]
  readonly clauses: readonly Clause[]
}

const MAX_QUERY_BYTES = 4_718_592
/** What a test of a column with the smallest of constants takes at least. */
const LEAST_BYTES_PER_TEST = 60

/** @throws VastDbError `request_too_large`: too many constants, for one */
export function encodeQuery({ wanted, lookedAt, clauses }: Query): Uint8Array {
  const tests = clauses.reduce((sum, { ranges }) => sum + ranges.length, 0)
  if (tests * LEAST_BYTES_PER_TEST > MAX_QUERY_BYTES) throw tooLarge(`of ${tests} constants`)
  const columns = [...wanted, ...lookedAt]
  const builder = new Builder(1024)
  const filter = encodeFilter(builder, columns, clauses)
  const fields = Schema.createFieldsVector(
    builder,
    columns.map((column) => encodeField(builder, column)),
  )
  Schema.startSchema(builder)
  Schema.addFields(builder, fields)
  const schema = Schema.endSchema(builder)
  const leaves = leavesOf(wanted).map((position) => FieldIndex.createFieldIndex(builder, position))
  const projection = Source.createProjectionVector(builder, leaves)
  const name = builder.createString('')
  Source.startSource(builder)
  Source.addName(builder, name)
  Source.addFilter(builder, filter)
  Source.addSchema(builder, schema)
  Source.addProjection(builder, projection)
  builder.finish(Relation.createRelation(builder, RelationImpl.Source, Source.endSource(builder)))
  const body = builder.asUint8Array()
  if (body.byteLength > MAX_QUERY_BYTES) throw tooLarge(`of ${body.byteLength} bytes`)
  return body
}

function leavesOf(columns: readonly Field[]): readonly number[] {
  let at = 0
  return columns.flatMap((column) => {
    const positions = leafPositions(column, at)
    at += nodeCount(column)
    return positions
  })
}

const tooLarge = (size: string) => new VastDbError('request_too_large', `a query ${size} is too large`)
