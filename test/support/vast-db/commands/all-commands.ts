import type { Received } from '../http/received.ts'
import { badRequest, notFound, notImplemented, Refusal } from '../refusal.ts'
import { COLUMN_COMMANDS, SORTED_COLUMNS_COMMANDS } from './columns.ts'
import type { Command } from './command.ts'
import { QUERY_COMMANDS } from './query.ts'
import { ROW_COMMANDS } from './rows.ts'
import { SCHEMA_COMMANDS } from './schemas.ts'
import { STATS_COMMANDS, TABLE_COMMANDS } from './tables.ts'

const COMMANDS: Record<string, Record<string, Command>> = {
  schema: SCHEMA_COMMANDS,
  table: TABLE_COMMANDS,
  column: COLUMN_COMMANDS,
  columns: COLUMN_COMMANDS,
  'sorted-columns': SORTED_COLUMNS_COMMANDS,
  stats: STATS_COMMANDS,
  rows: ROW_COMMANDS,
  data: QUERY_COMMANDS,
}

/** Commands that the database has and this server does not. */
const NOT_HERE: ReadonlySet<string> = new Set([
  'projection',
  'projection-columns',
  'projection-stats',
  'blob-expansion',
  'view',
  'view-details',
  'row-column-security',
  'schedule',
  'partitions',
])

/** Those of every request of the database protocol. */
const COMMON_HEADERS = [
  'tabular-txid',
  'tabular-api-version-id',
  'tabular-client-name',
  'tabular-client-tags-',
]

/** The command a request is of. @throws Refusal unless it has all that it takes, and nothing else */
export function commandFor(request: Received): Command {
  const { command: word, method } = request
  if (NOT_HERE.has(word)) throw notImplemented(`${word} is not served here`)
  const methods = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined
  if (!methods) throw badRequest(`unknown command ${word}`)
  const command = Object.hasOwn(methods, method) ? methods[method] : undefined
  if (!command) throw new Refusal(405, 'MethodNotAllowed', `${method} of ${word}`)
  checkAddress(request, command)
  checkHeaders(request, command)
  checkParams(request, command)
  if (command.body === 'some' && request.body.length === 0) throw badRequest('a body is missing')
  if (command.body === 'none' && request.body.length > 0) throw badRequest('a body where there is none')
  return command
}

function checkAddress({ segments, command }: Received, { of }: Command): void {
  const least = of === 'bucket or schema' ? 1 : of === 'schema' ? 2 : 3
  if (segments.length < least) throw notFound(`${command} is of a ${of}`)
}

export function checkCommonHeaders({ headers }: Received): void {
  if (headers['tabular-api-version-id'] !== '1') throw badRequest('tabular-api-version-id is 1')
  if (!headers['tabular-client-name']) throw badRequest('no tabular-client-name')
}

function checkHeaders(request: Received, { headers = [], required = [] }: Command): void {
  checkCommonHeaders(request)
  for (const name of required) if (!(name in request.headers)) throw badRequest(`no ${name}`)
  const known = [...COMMON_HEADERS, ...headers, ...required]
  for (const name of Object.keys(request.headers)) {
    const isOurs = name.startsWith('tabular-') || name === 'use-external-row-ids-alloc'
    if (isOurs && !known.some((one) => isNamed(name, one))) throw badRequest(`unknown header ${name}`)
  }
}

const isNamed = (name: string, known: string): boolean =>
  known.endsWith('-') ? name.startsWith(known) && /^\d+$/.test(name.slice(known.length)) : name === known

function checkParams({ params }: Received, { params: known = [] }: Command): void {
  if (params.has('sub-table')) throw notImplemented('companion tables are not served here')
  for (const name of params.keys()) if (!known.includes(name)) throw badRequest(`unknown parameter ${name}`)
}
