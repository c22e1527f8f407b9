const MAX_STATEMENTS = 200

/** Filters make many statements; those in use are soon prepared again. */
export function statementsBySql<S>(prepare: (sql: string) => S): (sql: string) => S {
  const statements = new Map<string, S>()
  return (sql) => {
    if (statements.size >= MAX_STATEMENTS) statements.clear()
    const statement = statements.get(sql) ?? prepare(sql)
    statements.set(sql, statement)
    return statement
  }
}
