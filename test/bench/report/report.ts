import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { isWithinBudget } from './budgets.ts'
import type { Environment } from './environment.ts'
import type { Row } from './row.ts'

/** All of a run, for machines. */
export type Report = {
  /** Quick runs show that the benchmark works, not how fast anything is: they say nothing of budgets. */
  readonly quick: boolean
  readonly environment: Environment
  readonly rows: readonly (Row & { readonly met?: boolean })[]
}

export function reportOf(quick: boolean, environment: Environment, rows: readonly Row[]): Report {
  return {
    quick,
    environment,
    rows: rows.map((row) => {
      const met = quick ? undefined : isWithinBudget(row)
      return met === undefined ? row : { ...row, met }
    }),
  }
}

export function writeReport(path: string, report: Report): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`)
}

export const missed = ({ rows }: Report): readonly Row[] => rows.filter(({ met }) => met === false)
