import { Data, DataType, Decimal, Field, FixedSizeList, Int64, List, Struct, Uint64 } from 'apache-arrow'
import { ROW_ID, typeText } from '../arrow/column-types.ts'
import { badRequest } from '../refusal.ts'
import { columnNamed, isSorted, type Table } from '../store/table.ts'

/** Columns that hold row ids are not stored. */
export type Source = { readonly column: number } | { readonly rowIds: DataType }

/** One node of a query's schema: positions count them depth first, parents included. @see section 6.2 */
export type Node = {
  readonly source: Source
  /** The top-level column as it is stored. */
  readonly field: Field
  /** Which child at each level below it. */
  readonly path: readonly number[]
  readonly type: DataType
  /** The type of what is above it. */
  readonly parent: DataType | undefined
}

export const isLeaf = ({ type }: Node): boolean =>
  type.children === null || (type.children ?? []).length === 0

/** The column for the user's eyes that holds the row id. @see section 4.6 */
export const USER_ROW_ID = 'vastdb_rowid'

export const rowIdType = (table: Table): DataType =>
  isSorted(table) ? new Decimal(0, 38, 128) : new Uint64()

/** All nodes of the columns a query lists. @throws Refusal where one is not as in the table */
export function nodesOf(table: Table, asked: readonly Field[]): Node[] {
  const names = new Set(asked.map(({ name }) => name))
  if (names.size !== asked.length) throw badRequest('a query lists a column twice')
  return asked.flatMap((field) => {
    const { source, field: stored } = found(table, field.name)
    if (typeText(stored.type, 'no zones') !== typeText(field.type, 'no zones')) {
      const said = `${field.name} is ${typeText(stored.type)}, not ${typeText(field.type)}`
      throw badRequest(said, 'TabularMismatchColumnType')
    }
    return nodesOfColumn(source, stored)
  })
}

export const nodesOfColumn = (source: Source, field: Field): Node[] =>
  below({ source, field, path: [], type: field.type, parent: undefined })

function found(table: Table, name: string): { source: Source; field: Field } {
  if (name === ROW_ID) {
    const type = rowIdType(table)
    return { source: { rowIds: type }, field: new Field(ROW_ID, type, true) }
  }
  const column = columnNamed(table, name)
  if (!column) throw badRequest(`there is no column ${name}`)
  if (name === USER_ROW_ID) return { source: { rowIds: new Int64() }, field: column.field }
  return { source: { column: column.id }, field: column.field }
}

function below(node: Node): Node[] {
  const children = (node.type.children ?? []).flatMap((child, at) =>
    below({ ...node, path: [...node.path, at], type: child.type, parent: node.type }),
  )
  return [node, ...children]
}

/** The type a leaf is sent with: its ancestors around it, each with this one child. @see section 6.5 */
export function wrappedType(type: DataType, path: readonly number[]): DataType {
  const [at, ...rest] = path
  const child = at === undefined ? undefined : type.children[at]
  if (!child) return type
  const inner = child.clone({ type: wrappedType(child.type, rest) })
  if (DataType.isFixedSizeList(type)) return new FixedSizeList(type.listSize, inner)
  if (DataType.isList(type) || DataType.isMap(type)) return new List(inner)
  return new Struct([inner])
}

/** A column with all but one leaf taken away. */
export function wrapped(data: Data, type: DataType, path: readonly number[]): Data {
  const [at, ...rest] = path
  const child = at === undefined ? undefined : data.children[at]
  if (!child || at === undefined) return data
  const childType = type.children[0]?.type as DataType
  const buffers = [data.valueOffsets, data.values, data.nullBitmap] as never
  return new Data(type, 0, data.length, data.nullCount, buffers, [wrapped(child, childType, rest)])
}
