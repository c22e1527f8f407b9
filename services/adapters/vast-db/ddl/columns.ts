import { Schema } from 'apache-arrow'
import { decodeSchema } from '../ipc/decode-stream.ts'
import { encodeSchema } from '../ipc/encode-schema.ts'
import { encoded, type TableRef, tablePath } from '../names.ts'
import { requireTypes } from '../server-version.ts'
import type { Session } from '../session.ts'
import { isVastDbError, VastDbError } from '../vast-db-error.ts'
import { AlterColumnRequest } from '../wire/generated/tabular/alter-column-request.ts'
import { listPages } from './list-pages.ts'
import { writeBody } from './read-body.ts'

/** More of them on a page, and the server finds the page too large. */
const PAGE = 10_000

/** All columns, in the order in which they were created. */
export async function listColumns(session: Session, ref: TableRef, pageSize = PAGE): Promise<Schema> {
  return joinedPages(listPages(session, { path: tablePath(ref), command: 'column', pageSize }))
}

/** Those of the sorting key, the first one first; none if the table is not sorted. */
export async function listSortedColumns(session: Session, ref: TableRef): Promise<Schema> {
  const headers = {
    'tabular-max-keys': String(PAGE),
    'tabular-next-key': '0',
    'tabular-list-count-only': 'False',
    'tabular-name-prefix': '',
  }
  try {
    const call = { method: 'GET', path: tablePath(ref), query: 'sorted-columns', headers } as const
    return decodeSchema((await session.send(call)).body)
  } catch (error) {
    if (isVastDbError(error, 'bad_request') && /without elysium/i.test(error.message)) return new Schema([])
    throw error
  }
}

/** Behind those that are there; the rows that are there have null in them. */
export async function addColumns(session: Session, ref: TableRef, columns: Schema): Promise<void> {
  requireTypes(session.version, columns)
  await session.send({ method: 'POST', path: tablePath(ref), query: 'column', body: encodeSchema(columns) })
}

/** @param columns as they are in the table */
export async function dropColumns(session: Session, ref: TableRef, columns: Schema): Promise<void> {
  await session.send({ method: 'DELETE', path: tablePath(ref), query: 'column', body: encodeSchema(columns) })
}

export async function renameColumn(session: Session, ref: TableRef, from: string, to: string): Promise<void> {
  const query = `column&tabular-column-name=${encoded(from)}&tabular-new-column-name=${encoded(to)}`
  const headers = { 'tabular-column-sep': '.' }
  const body = writeBody((builder) => {
    AlterColumnRequest.startAlterColumnRequest(builder)
    return AlterColumnRequest.endAlterColumnRequest(builder)
  })
  await session.send({ method: 'PUT', path: tablePath(ref), query, headers, body })
}

/** @throws VastDbError `bad_argument`: one of them is not there */
export function columnsNamed(columns: Schema, names: readonly string[]): Schema {
  return new Schema(
    names.map((name) => {
      const field = columns.fields.find((column) => column.name === name)
      if (!field) throw new VastDbError('bad_argument', `there is no column ${JSON.stringify(name)}`)
      return field
    }),
  )
}

async function joinedPages(pages: AsyncIterable<{ readonly body: Uint8Array }>): Promise<Schema> {
  const fields = []
  for await (const { body } of pages) fields.push(...decodeSchema(body).fields)
  return new Schema(fields)
}
