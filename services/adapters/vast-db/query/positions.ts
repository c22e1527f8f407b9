import { DataType, type Field } from 'apache-arrow'
import { VastDbError } from '../vast-db-error.ts'

/** How many nodes a column is: itself, its children, and theirs. */
export const nodeCount = ({ type }: Field): number =>
  (type.children ?? []).reduce((sum: number, child: Field) => sum + nodeCount(child), 1)

/** Places of the nodes without children, where a column begins at `start`: depth first, parents are counted. */
export function leafPositions(column: Field, start: number): readonly number[] {
  const children: readonly Field[] = column.type.children ?? []
  if (children.length === 0) return [start]
  let at = start + 1
  return children.flatMap((child) => {
    const positions = leafPositions(child, at)
    at += nodeCount(child)
    return positions
  })
}

export type Operand = {
  readonly position: number
  /** What it is compared with is of this type. */
  readonly type: DataType
  readonly nullable: boolean
}

/**
 * Where a filter finds a column, or a leaf of a struct.
 * @throws VastDbError `unsupported_predicate`: it is of a kind that no filter can look at; `bad_argument`
 */
export function operandAt(columns: readonly Field[], path: readonly string[]): Operand {
  let [fields, position] = [columns, 0]
  for (const [depth, name] of path.entries()) {
    const at = fields.findIndex((field) => field.name === name)
    const field = fields[at]
    if (!field) break
    position += fields.slice(0, at).reduce((sum, before) => sum + nodeCount(before), 0)
    if (depth === path.length - 1) return operandOf(field, position, path)
    if (!DataType.isStruct(field.type)) throw notComparable(path)
    fields = field.type.children
    position += 1
  }
  throw new VastDbError('bad_argument', `there is no column ${JSON.stringify(path.join('.'))}`)
}

function operandOf({ type, nullable }: Field, position: number, path: readonly string[]): Operand {
  if ((type.children ?? []).length === 0) return { position, type, nullable }
  // A list of a fixed size is looked at through its items.
  if (DataType.isFixedSizeList(type)) return { position: position + 1, type, nullable }
  throw notComparable(path)
}

const notComparable = (path: readonly string[]) =>
  new VastDbError('unsupported_predicate', `${path.join('.')} is a list, a map or a struct`)
