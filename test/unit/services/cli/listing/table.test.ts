import { describe, expect, it } from 'vitest'
import { FLOW_COLUMNS, SEGMENT_COLUMNS } from '../../../../../services/cli/listing/listing-columns.ts'
import { createTable } from '../../../../../services/cli/listing/table.ts'

describe('a table', () => {
  it('has its titles once, and columns as wide as the first page needs', () => {
    const table = createTable<string>([
      { title: 'name', text: (item) => item },
      { title: 'length', text: (item) => String(item.length) },
    ])
    expect(table.lines(['a', 'bcdef'])).toEqual(['NAME   LENGTH', 'a      1', 'bcdef  5'])
    expect(table.lines(['longer than that'])).toEqual(['longer than that  16'])
  })

  it('has no titles before it has anything to show', () => {
    const table = createTable<string>([{ title: 'name', text: (item) => item }])
    expect(table.lines([])).toEqual([])
    expect(table.lines(['a'])).toEqual(['NAME', 'a'])
  })

  it('shows what a Flow or a segment does not have', () => {
    const flow = { id: 'f', format: 'urn:x-nmos:format:video', unknown: true }
    expect(createTable(FLOW_COLUMNS).lines([flow])[1]?.split(/ +/)).toEqual([
      'f',
      'video',
      '-',
      '-',
      '-',
      '-',
    ])
    const segment = { timerange: '[0:0_1:0)', object_id: 'o', key_frame_count: 0 }
    expect(createTable(SEGMENT_COLUMNS).lines([segment])[1]?.split(/ +/)).toEqual([
      '[0:0_1:0)',
      'o',
      '-',
      '0',
    ])
  })
})
