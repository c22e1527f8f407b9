import type { Spread } from '../statistics.ts'
import { isWithinBudget } from './budgets.ts'
import type { Budget, Row } from './row.ts'

const COLUMNS = ['', 'service', 'bare', 'ratio', 'p50 / p99 ms', 'CPU µs', 'budget', ''] as const

/**
 * The rows for people: medians, with the least and the most of all rounds in brackets.
 * @param judged whether to say which budgets are met: a quick run's numbers do not tell
 */
export function tableOf(rows: readonly Row[], judged: boolean): string {
  const lines = rows.map((row) => cellsOf(row, judged))
  const widths = COLUMNS.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => line[column]!.length)),
  )
  const text = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd()
  return [text(COLUMNS), text(widths.map((width) => '-'.repeat(width))), ...lines.map(text), ''].join('\n')
}

function cellsOf(row: Row, judged: boolean): readonly string[] {
  const { scenario, what, unit, service, bare, ratio, latency, cpuMicros, budget } = row
  const met = judged ? isWithinBudget(row) : undefined
  return [
    `${scenario}: ${what}`,
    `${spreadText(service)} ${unit}`,
    bare ? spreadText(bare) : '',
    ratio ? spreadText(ratio) : '',
    latency ? `${numberText(latency.p50)} / ${numberText(latency.p99)}` : '',
    cpuMicros ? `${numberText(cpuMicros.service)} : ${numberText(cpuMicros.bare)}` : '',
    budget ? budgetText(budget, unit) : '',
    met === undefined ? '' : met ? 'pass' : 'MISS',
  ]
}

function budgetText({ of, atLeast, atMost }: Budget, unit: string): string {
  const bound = atLeast === undefined ? `≤ ${numberText(atMost!)}` : `≥ ${numberText(atLeast)}`
  return of === 'ratio' ? `ratio ${bound}` : `${bound} ${unit}`
}

function spreadText({ min, median, max }: Spread): string {
  if (min === max) return numberText(median)
  return `${numberText(median)} [${numberText(min)}–${numberText(max)}]`
}

/** Three digits that mean something. */
export function numberText(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 0.1 ? 2 : 4
  return value.toLocaleString('en', { minimumFractionDigits: 0, maximumFractionDigits: digits })
}
