/** SQLite's primary result codes (https://sqlite.org/rescode.html) that this adapter tells apart. */
export const SQLITE_BUSY = 5
export const SQLITE_FULL = 13

/** Those that waiting may cure. Some calls of the driver give their text only, so that counts, too. */
const UNAVAILABLE = new Map([
  ['access permission denied', 3],
  ['database is locked', SQLITE_BUSY],
  ['database table is locked', 6],
  ['out of memory', 7],
  ['attempt to write a readonly database', 8],
  ['disk I/O error', 10],
  ['database or disk is full', SQLITE_FULL],
  ['unable to open database file', 14],
])
const UNAVAILABLE_CODES = new Set(UNAVAILABLE.values())

/** @returns SQLite's primary result code, or undefined where there is none to be known. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined
  if ('errcode' in error && typeof error.errcode === 'number') return error.errcode & 0xff
  return UNAVAILABLE.get(error.message)
}

/** Whether waiting may help (a full disk, a lock, an unreachable mount), as opposed to a bug or a damaged file. */
export function isUnavailability(error: unknown): boolean {
  const code = sqliteCode(error)
  return code !== undefined && UNAVAILABLE_CODES.has(code)
}
