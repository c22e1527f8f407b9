/** Text ends at a NUL in SQLite, and a lone surrogate has no UTF-8: two streams would become one. */
const UNSTORABLE = /[\0\p{Cs}]/u

/** @throws TypeError for a name that a log would cut or change. */
export function checkedStreamName(stream: string): string {
  if (stream === '' || UNSTORABLE.test(stream))
    throw new TypeError(`no stream can have the name ${JSON.stringify(stream)}`)
  return stream
}
