import { openSqliteEventLog } from '../../adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { viewsUpToDate } from '../../analytics/views-up-to-date.ts'
import { catalogSnapshots } from '../../projector/catalog-snapshots.ts'
import { connectTo, PROMPT, placeOf } from '../../projector/vast-connection.ts'
import type { RowDifference, TableReport } from '../../projector/verify/verify-tables.ts'
import { verifyVast } from '../../projector/verify/verify-vast.ts'
import { Failure } from '../failure.ts'
import { column, createTable } from '../listing/table.ts'
import { printJson, printLine } from '../output.ts'
import { createProgress } from '../progress.ts'
import { listenForInterruption } from './interruption.ts'
import { catalogUpToDate, vastCommand } from './vast-config.ts'

export type VerifyVastFlags = { readonly json?: boolean }

export async function runVerifyVast({ json = false }: VerifyVastFlags): Promise<void> {
  const command = vastCommand()
  const { aborted: signal, end } = listenForInterruption(false)
  const log = openSqliteEventLog({ path: command.logPath })
  const catalog = catalogSnapshots(command.catalogPath)
  const progress = createProgress('rows')
  const db = await connectTo(command.vast, { retries: PROMPT, signal })
  try {
    await catalogUpToDate(command, log)
    if (command.viewsPath) await viewsUpToDate(command.viewsPath, log, signal)
    const { tables } = await verifyVast({
      db,
      place: placeOf(command.vast),
      catalog,
      viewsPath: command.viewsPath,
      signal,
      onTotal: progress.start,
      onRows: (rows) => progress.advance(rows, 0),
    })
    progress.stop()
    if (json) tables.forEach(printJson)
    else print(tables)
    const wrong = tables.filter(({ differing_groups }) => differing_groups > 0).map(({ table }) => table)
    if (wrong.length > 0) throw new Failure(`not as they have to be: ${wrong.join(', ')}`)
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    progress.stop()
    end()
    catalog.close()
    db.close()
    await log.close()
  }
}

const COLUMNS = [
  column<TableReport>('table', ({ table }) => table),
  column<TableReport>('rows expected', ({ expected }) => expected),
  column<TableReport>('found', ({ found }) => found),
  column<TableReport>('', ({ differing_groups: groups, table }) =>
    groups === 0 ? 'ok' : table === 'segments' ? `other rows in ${groups} Flows` : 'other rows',
  ),
]

function print(tables: readonly TableReport[]): void {
  for (const line of createTable(COLUMNS).lines(tables)) printLine(line)
  for (const { differences } of tables) for (const each of differences) printLine(lineOf(each))
}

/** E.g. `different  flows "4f79…": label is "x", not "y"`. */
function lineOf({ what, table, key, columns }: RowDifference): string {
  const details = columns.map(({ name, expected, found }) => `${name} is ${found}, not ${expected}`)
  return `${what.padEnd(12)}${table} ${key}${details.length > 0 ? `: ${details.join('; ')}` : ''}`
}
