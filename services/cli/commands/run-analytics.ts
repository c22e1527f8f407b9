import { z } from 'zod'
import { Failure } from '../failure.ts'
import { PROMPT } from '../http/with-retries.ts'
import { column, createTable } from '../listing/table.ts'
import { printJson, printLine } from '../output.ts'
import { readAs } from '../tams/read-as.ts'
import { withConnection } from './connection.ts'
import type { ServiceFlags } from './service-options.ts'
import { timerangeFlag } from './timerange-flag.ts'

export type AnalyticsFlags = ServiceFlags & {
  readonly flow?: string
  readonly source?: string
  readonly timerange?: string
}

const Rows = z.array(
  z.looseObject({ dimension: z.string() }).catchall(z.union([z.string(), z.number(), z.null()])),
)

type Row = z.infer<typeof Rows>[number]

/** Prints a view: a table for each dimension, with the columns that say something. */
export async function runAnalytics(view: string, flags: AnalyticsFlags): Promise<void> {
  if (flags.timerange !== undefined) timerangeFlag(flags.timerange)
  const options = { retries: PROMPT, connections: 1, isFollowing: false }
  await withConnection(flags, options, async ({ service }) => {
    const answer = await service.find(`analytics/${view}${queryOf(flags)}`)
    if (answer === undefined) throw new Failure('the service has no analytics')
    const rows = readAs(Rows, answer)
    if (flags.json) {
      for (const row of rows) printJson(row)
      return
    }
    for (const [index, dimension] of [...new Set(rows.map((row) => row.dimension))].entries()) {
      if (index > 0) printLine('')
      printTable(rows.filter((row) => row.dimension === dimension))
    }
  })
}

function queryOf({ flow, source, timerange }: AnalyticsFlags): string {
  const asked = { flow_id: flow, source_id: source, timerange }
  const given = Object.entries(asked).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}

function printTable(rows: readonly Row[]): void {
  const names = Object.keys(rows[0]!).filter(
    (name) => name === 'value' || rows.some((row) => row[name] !== null),
  )
  const columns = names.map((name) => column<Row>(name, (row) => row[name]))
  for (const line of createTable(columns).lines(rows)) printLine(line)
}
