import { type Data, DataType, type Table, type Vector } from 'apache-arrow'

type Value = string | number | bigint | boolean | null | readonly string[]

/**
 * A table's rows, read from its buffers, so that nothing is rounded on the way: 64-bit integers and timestamps as
 * bigint in the column's own unit, decimals as text.
 */
export function readRows(table: Table): Record<string, Value>[] {
  const columns = table.schema.fields.map(({ name }) => [name, valuesOf(table.getChild(name)!)] as const)
  return Array.from({ length: table.numRows }, (_, row) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[row]!])),
  )
}

const valuesOf = (vector: Vector): Value[] => vector.data.flatMap((data) => valuesOfData(data))

function valuesOfData(data: Data): Value[] {
  return Array.from({ length: data.length }, (_, index) => {
    if (!data.getValid(index)) return null
    const at = data.offset + index
    const { type } = data
    if (DataType.isDecimal(type)) return decimalText(data.values as Uint32Array, at, type.scale)
    if (DataType.isInt(type) || DataType.isTimestamp(type)) return bitsAt(data, index)
    if (DataType.isBool(type)) return ((data.values[at >> 3] >> (at & 7)) & 1) === 1
    if (DataType.isUtf8(type)) {
      const [from, to] = [data.valueOffsets[index], data.valueOffsets[index + 1]]
      return Buffer.from(data.values.subarray(from, to)).toString()
    }
    if (DataType.isList(type)) {
      const [from, to] = [data.valueOffsets[index], data.valueOffsets[index + 1]]
      return valuesOfData(data.children[0]!).slice(from, to) as string[]
    }
    throw new Error(`no column is of type ${type}`)
  })
}

/** Number or bigint, as the array of the width has it. */
const bitsAt = (data: Data, index: number): number | bigint => data.values[index]

function decimalText(words: Uint32Array, index: number, scale: number): string {
  let unscaled = 0n
  for (let word = 3; word >= 0; word--) unscaled = (unscaled << 32n) | BigInt(words[4 * index + word]!)
  unscaled = BigInt.asIntN(128, unscaled)
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0')
  const sign = unscaled < 0n ? '-' : ''
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}
