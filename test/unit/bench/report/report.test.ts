import { describe, expect, it } from 'vitest'
import type { Load } from '../../../bench/load/load.ts'
import { BUDGETS, isWithinBudget } from '../../../bench/report/budgets.ts'
import type { Environment } from '../../../bench/report/environment.ts'
import { missed, reportOf } from '../../../bench/report/report.ts'
import { comparedRow, type Row, rowOf } from '../../../bench/report/row.ts'
import { tableOf } from '../../../bench/report/table.ts'

const load = (perSecond: number, cpuMicrosPerRequest?: number): Load => ({
  requests: 100,
  seconds: 100 / perSecond,
  perSecond,
  p50Ms: 1,
  p99Ms: 2,
  ...(cpuMicrosPerRequest !== undefined && { cpuMicrosPerRequest }),
})

const posts = { scenario: 'single', what: 'POST', unit: 'segments/s', budget: BUDGETS.singlePost }
const restarts = { scenario: 'restart', what: 'start', unit: 's', budget: BUDGETS.restart }
const environment = { node: 'v20' } as Environment

describe('a row of both servers', () => {
  const row = comparedRow(posts, {
    service: [load(100, 900), load(50, 700), load(90, 800)],
    bare: [load(200, 300), load(100, 200), load(100, 400)],
  })

  it('compares the rounds that were next to each other, not the medians', () =>
    expect(row.ratio).toEqual({ min: 0.5, median: 0.5, max: 0.9 }))

  it('tells what a request cost each server in processor time', () =>
    expect(row.cpuMicros).toEqual({ service: 800, bare: 300 }))

  it('leaves processor time out where the system does not tell it', () =>
    expect(comparedRow(posts, { service: [load(1)], bare: [load(1)] }).cpuMicros).toBeUndefined())

  it('counts in the row’s unit where a request has many of them', () => {
    const bulk = comparedRow(posts, { service: [load(10, 5000)], bare: [load(20, 1000)] }, 500)
    expect(bulk.service.median).toBe(5_000)
    expect(bulk.cpuMicros).toEqual({ service: 10, bare: 2 })
    expect(bulk.ratio?.median).toBe(0.5)
  })
})

describe('a budget', () => {
  it('of a ratio is met by the median of the ratios', () => {
    const withRatio = (rate: number) => comparedRow(posts, { service: [load(rate)], bare: [load(100)] })
    expect(isWithinBudget(withRatio(50))).toBe(true)
    expect(isWithinBudget(withRatio(49))).toBe(false)
  })

  it('of a duration is met from below', () => {
    expect(isWithinBudget(rowOf(restarts, [0.4, 0.5, 3]))).toBe(true)
    expect(isWithinBudget(rowOf(restarts, [1.1]))).toBe(false)
  })

  it('is not met and not missed by a row that has none', () =>
    expect(isWithinBudget(rowOf({ scenario: 'flow', what: 'GET', unit: '' }, [1]))).toBeUndefined())
})

describe('a report', () => {
  const rows: readonly Row[] = [rowOf(restarts, [0.5]), rowOf(restarts, [2])]

  it('names what was missed', () =>
    expect(missed(reportOf(false, environment, rows)).map(({ service }) => service.median)).toEqual([2]))

  it('of a quick run judges nothing', () => {
    expect(missed(reportOf(true, environment, rows))).toEqual([])
    expect(tableOf(rows, false)).not.toMatch(/MISS|pass/)
  })

  it('is a table with a line for each row', () => {
    const lines = tableOf(rows, true).trimEnd().split('\n')
    expect(lines).toHaveLength(2 + rows.length)
    expect(lines[2]).toMatch(/restart: start +0.5 s +≤ 1 s +pass$/)
    expect(lines[3]).toMatch(/2 s +≤ 1 s +MISS$/)
  })
})
